"""What can go wrong in keeping; each says what a person can do."""

from typing import TYPE_CHECKING, ClassVar

from onefill.errors import OneFillError

if TYPE_CHECKING:
    from store.model import Entry, NewEntry


class StoreError(OneFillError):
    """Root of what the store raises."""

    message: ClassVar[str] = "数据没有存取成功，请重试。"


class Conflict(StoreError):
    """Somebody else appended first; carries the entry that was to be written and the newest one there is."""

    message = "办件“{record}”已被他人更新（您看到第 {expected_n} 版，现为第 {actual_n} 版），请刷新后再试。"

    def __init__(self, *, new: "NewEntry", expected_n: int, actual: "Entry | None") -> None:
        self.new = new
        self.expected_n = expected_n
        self.actual = actual
        actual_n = actual.n if actual else 0
        super().__init__(record=new.record, expected_n=expected_n, actual_n=actual_n)


class RecordUnknown(StoreError):
    """No record of that id."""

    message = "没有编号为“{record}”的办件，请检查网址或从列表中重新打开。"


class EntryUnknown(StoreError):
    """The record has no entry of that number."""

    message = "办件“{record}”没有第 {n} 条记录。"


class RecordDamaged(StoreError):
    """A file of one record cannot be trusted; the other records are not touched by it."""

    message = "办件“{record}”的文件 {file} 已损坏（{why}），请用备份恢复该文件；其他办件不受影响。"


class RecordWentBack(RecordDamaged):
    """The file is sound but older than, or other than, what this store has already seen of the record."""

    message = "办件“{record}”的文件 {file} 与已见过的不符（{why}），可能被旧副本覆盖，请核对备份后重建索引。"


class RowsDamaged(RecordDamaged):
    """What a database holds of one record cannot be trusted; the other records are not touched by it."""

    message = "办件“{record}”在{file}里的记录已损坏（{why}），请用备份恢复；其他办件不受影响。"


class RecordSealed(RecordDamaged):
    """The file is sealed with a key that is not here."""

    message = (
        "办件“{record}”是加密的，这里没有编号为 {key} 的密钥，打不开。请把备份的那一把写进密钥文件"
        "（ONEFILL_KEY_FILE）或 ONEFILL_KEY，再重新启动；没有加密的办件不受影响。"
    )


class RecordDestroyed(StoreError):
    """Its entries were destroyed; nothing is written upon it again."""

    message = "这份档案已经销毁（{day}，{who}），内容和文件都不在了，不能再填写、办理或打印；台账里登记的还在。"


class OtherForm(StoreError):
    """A record keeps the form it began with."""

    message = "办件“{record}”属于表单“{kept}”，不能改为“{given}”。"


class NotAllowed(StoreError):
    """The record lies outside the scope of whoever asks."""

    message = "您的权限范围不包括办件“{record}”。"


class NameRefused(StoreError):
    """A record id or a path that cannot be kept safely on every machine."""

    message = "“{name}”不能用作{what}：{why}。"


class ValueRefused(StoreError):
    """Something that is not plain JSON, or not safe to keep."""

    message = "“{path}”处的内容不能保存：{why}。"


class FileUnknown(StoreError):
    """No file of that content hash."""

    message = "没有找到校验码为 {digest} 的文件，请用备份恢复。"


class FileDamaged(StoreError):
    """The bytes no longer have the hash they are kept under."""

    message = "校验码为 {digest} 的文件已损坏，请用备份恢复，或重新上传。"


class StoreBusy(StoreError):
    """Another program has held the lock for too long."""

    message = "数据正被另一个程序占用，等了 {seconds} 秒仍未空闲，请稍后再试。"


class IndexBusy(StoreBusy):
    """The index is being made anew, which takes a minute or two where there is much."""

    message = "正在重建索引，请等一会儿再试。"


class StoreUnavailable(StoreError):
    """The disk refused: full, read-only, gone."""

    message = "数据没有存成（{why}），请检查磁盘空间和权限后重试；原有数据没有改动。"


class DatabaseAway(StoreUnavailable):
    """The database does not answer, or could not do it now."""

    message = "数据库 {host} 现在用不了（{why}）。已保存的数据都在；请稍等再试，一直这样请管理员查看数据库。"


class DatabaseUnfit(StoreError):
    """The database is there but must not be used so."""

    message = "数据库 {host} 不能这样用：{why}。请管理员按安装说明改好再启动。"


class KeyDiffers(StoreError):
    """Private values cannot be looked up: this server's key is not the one the index was made with."""

    message = (
        "查找个人信息用的密钥 {file} 与数据库里的索引对不上。请把对得上的那台服务器上的这个文件拷来，不用重新启动；"
        "确实丢了，就运行 python -m onefill store reindex 重建索引。"
    )


class LookupUnfinished(KeyDiffers):
    """The index is being made with another key, or whoever made it was interrupted."""

    message = (
        "查找个人信息用的密钥正在更换，做完以前不能按证件号码等查找，也不能存这些数据。请过一会儿再试；"
        "一直这样，请管理员运行 python -m onefill store reindex，把索引做完。"
    )


class FilesAway(StoreError):
    """The bucket of files cannot be reached, or refuses."""

    message = "存文件的 {address} 现在连不上（{why}）。请检查网络、地址和访问密钥后重试；办件的数据不受影响。"


class KeyMissing(StoreError):
    """What was sealed cannot be opened, or may not be written in clear, without a key that is not here."""

    message = (
        "数据是加密的，这里没有编号为 {key} 的密钥。请把备份的那一把写进密钥文件（ONEFILL_KEY_FILE）"
        "或 ONEFILL_KEY，再重新启动；没有加密的数据照常可用。"
    )


class KeyUnset(StoreError):
    """Nothing can be sealed without a key."""

    message = (
        "还没有密钥。先运行 python -m onefill store new-key 文件，把文件放在数据文件夹以外，"
        "再用环境变量 ONEFILL_KEY_FILE 指明它。"
    )


class KeyUnfit(StoreError):
    """A key that was given is none; the key itself is not repeated."""

    message = "{where}不能用：{why}。密钥用 python -m onefill store new-key 生成。"


class KeyFileOpen(StoreError):
    """Others may read the file of keys."""

    message = "密钥文件 {file} 别人也能读（权限 {mode}）。请运行 chmod 600 {file}，再重新启动。"


class FormatTooNew(StoreError):
    """The data was written by a newer program."""

    message = "{file} 由更新版本的程序写成（格式 {found}，本程序认得到 {known}），请升级程序后再打开。"


class AddressUnknown(StoreError):
    """The address of the store names no backend."""

    message = (
        "不认识数据位置“{address}”，请写成 tinydb:///文件夹、postgresql://账号:密码@服务器/数据库 或 memory:；"
        "文件写成文件夹 或 s3://桶/前缀?endpoint=网址。"
    )


class StoreNotEmpty(StoreError):
    """Something is kept there already, and nothing is ever mixed."""

    message = "那里已经有数据，没有放进去。请另选一个空的位置。"


class ParcelRefused(StoreError):
    """What came is not whole."""

    message = "{what} 没有通过核对（{why}），没有收下。请换一份备份，或先修好原来的数据。"


class CarriedOtherwise(StoreError):
    """What was taken in is not what is read back."""

    message = "{what} 读回来与原来的不同，不能用。请检查磁盘，换个位置再来一次。"


class HalfTakenIn(StoreError):
    """Taking in was interrupted; what is there is a part."""

    message = "{folder} 里的数据没有搬完，不全。请删掉这个文件夹，再恢复或迁移一次。"


class ArchiveRefused(StoreError):
    """A backup that is cut short, altered, or none."""

    message = "备份 {file} 不能用（{why}）。请换一份备份。"
