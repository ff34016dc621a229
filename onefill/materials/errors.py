"""Files that are not taken as material, told with what to do."""

from collections.abc import Mapping

from onefill.errors import OneFillError
from onefill.refusals import FileRefused


class MaterialRefused(FileRefused):
    """A file that cannot be handed in."""

    code = "MATERIAL"


class Empty(MaterialRefused):
    """No bytes."""

    code = "FILE_EMPTY"
    what = "文件是空的（0 字节）"
    remedy = "打开原来的文件看一看，重新扫描或导出再传"


class TooBig(MaterialRefused):
    """More bytes than are taken."""

    code = "FILE_TOO_BIG"
    what = "文件 {size} MB，最大 {most} MB"
    remedy = "用 200 dpi 重扫，或分成几个文件再传"


class OtherKind(MaterialRefused):
    """Something that is not taken, called what it is."""

    code = "FILE_KIND"
    what = "这是{really}，这里收 {kinds}"
    remedy = "{way}"


class InDisguise(MaterialRefused):
    """Something that is not taken, with the extension of what is."""

    code = "FILE_DISGUISED"
    what = "这是{really}改名成的 {suffix}"
    remedy = "{way}"


class Locked(MaterialRefused):
    """It opens with a password only."""

    code = "FILE_LOCKED"
    what = "PDF 有密码"
    remedy = "用浏览器打开、输入密码，再用“打印”另存为 PDF，传没有密码的那一份"


class Damaged(MaterialRefused):
    """Its kind is known but its content cannot be followed."""

    code = "FILE_DAMAGED"
    what = "{kind} 已损坏，打不开"
    remedy = "重新扫描或导出再传；是别人发来的，就再要一份"


class CutOff(MaterialRefused):
    """A picture that ends too early."""

    code = "FILE_CUT_OFF"
    what = "图片不完整，后面一截没有了"
    remedy = "从手机或相机里再拷一次，或重新拍再传"


class NoPages(MaterialRefused):
    """A PDF in which there is nothing to see."""

    code = "NO_PAGES"
    what = "PDF 里一页也没有"
    remedy = "重新扫描或导出再传"


class TooManyPages(MaterialRefused):
    """More pages than anybody looks through."""

    code = "TOO_MANY_PAGES"
    what = "PDF 有 {pages} 页，最多 {most} 页"
    remedy = "只留要交的页，或分成几个文件再传"


class ActiveContent(MaterialRefused):
    """A PDF that does something, or brings something along."""

    code = "PDF_ACTIVE"
    what = "PDF 里有{inside}"
    remedy = "打开以后打印成 PDF 再传"


class TooManyPixels(MaterialRefused):
    """A picture so large that looking at it would stop the machine."""

    code = "PICTURE_TOO_LARGE"
    what = "图片 {width}×{height} 点，太大"
    remedy = "用 200 dpi 重扫，或缩小以后再传"


class TooMuchInside(MaterialRefused):
    """Unpacked it asks for more than an honest scan."""

    code = "FILE_SWELLS"
    what = "文件展开以后太大，不像扫描件"
    remedy = "打开以后打印成 PDF 再传"


class TooSlow(MaterialRefused):
    """Nothing came of it for too long."""

    code = "FILE_TOO_SLOW"
    what = "文件太复杂，{seconds} 秒还没看完一页"
    remedy = "打开以后打印成 PDF 再传"


class PageMissing(OneFillError):
    """A page was asked for that the file does not have."""

    message = "没有第 {page} 页，这份文件共 {pages} 页。重新打开这份材料。"


_TOLD_BY_NAME = (Damaged, CutOff, NoPages, TooManyPages, ActiveContent, TooManyPixels, TooMuchInside, Locked)


def refusal(name: str, facts: Mapping[str, object]) -> OneFillError:
    """What another program refused, by the name of its class."""
    kinds = {kind.__name__: kind for kind in (*_TOLD_BY_NAME, PageMissing)}
    return kinds[name](**facts)
