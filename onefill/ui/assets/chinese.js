// Streamlit speaks English; this replaces its words as they appear, in texts and in what screen readers hear.
// What people and packs wrote is left alone where data-i18n-skip stands, and in text boxes always.
(() => {
  const WORDS = {
    "Press Enter to apply": "按回车键生效",
    "Press Ctrl+Enter to apply": "按 Ctrl+回车 生效",
    "Press ⌘+Enter to apply": "按 ⌘+回车 生效",
    "This field is required.": "此项必填",
    "(required)": "（必填）",
    "No results": "没有找到",
    "No options to select": "还没有可选的",
    "No options to select.": "还没有可选的",
    "Choose an option": "请选择",
    "Choose options": "请选择",
    "Choose or add an option": "请选择或新增",
    "Select all": "全选",
    "Clear all": "全部清除",
    "Clear value": "清除",
    "Clear selection": "清除所选",
    "Selected values": "已选",
    "Select...": "请选择",
    Open: "展开",
    Close: "关闭",
    Dismiss: "关闭",
    Upload: "选择文件",
    "Browse files": "选择文件",
    "Drop file here": "拖到这里",
    "Drop files here": "拖到这里",
    "Drag and drop file here": "拖到这里",
    "Drag and drop files here": "拖到这里",
    "Uploading...": "正在上传…",
    "file upload": "选择文件",
    "Add files": "添加文件",
    "add icon": "添加",
    "Error:": "错误：",
    "Warning:": "注意：",
    "Skip to main content": "跳到正文",
    Notifications: "提示",
    "Link to heading": "标题链接",
    "Main menu": "菜单",
    "App pages": "页面",
    Sidebar: "侧栏",
    "Collapse sidebar": "收起侧栏",
    "Expand sidebar": "展开侧栏",
    Rerun: "重新载入",
    Settings: "设置",
    Print: "打印",
    About: "关于",
    Stop: "停下",
    Cancel: "取消",
    Copy: "复制",
    "Copy to clipboard": "复制",
    Fullscreen: "全屏",
    "Close fullscreen": "退出全屏",
    "Show data": "看数据",
    "Download as PNG": "下载图片",
    "Copy Vega-Lite spec": "复制图的写法",
    visualization: "图",
    "group mark container": "一组",
    "Running...": "正在处理…",
    CONNECTING: "正在连接…",
    Connecting: "正在连接",
    "Please wait...": "请稍候…",
    "Try again": "再试一次",
    "Network error": "网络断了",
    "Connection error": "连接断了",
    "Streamlit server is not responding. Are you connected to the internet?": "连接断了，正在重连。已保存的内容都在。",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "连接断了，正在重连。已保存的内容都在。如果程序已经关闭，请重新打开它。",
    "streamlit run yourscript.py": "",
    "Page not found": "没有这一页",
    "The page that you have requested does not seem to exist. Running the app's main page.": "没有这一页，已打开首页。",
    "Failed to generate file for download": "文件没有生成，请再试一次",
    "Show password": "显示密码",
    "Hide password": "隐藏密码",
    None: "无",
  };
  const PATTERNS = [
    [/^(\d+) options? available\.?$/, "$1 个选项"],
    [/^You can only select up to (\d+) options?\. Remove an option first\.$/, "最多选 $1 项，请先去掉一项"],
    [/^Add: (.*)$/s, "新增：$1"],
    [/^Remove (.*)$/s, "去掉 $1"],
    [/^Help for (.*)$/s, "$1 的说明"],
    [/^(\S+) per file(.*)$/s, "每个文件不超过 $1$2"],
    [/^Limit (\S+) per file(.*)$/s, "每个文件不超过 $1$2"],
    [/^File must be (.+) or smaller\.$/, "文件不能超过 $1"],
    [/^\S+ files are not allowed\.$/, "这里不收这种文件"],
    [/^This app has encountered an error\..*/s, "出了点问题，已记下。内容没丢，请重新载入这一页"],
    [/^Shortcut (.*)$/, "快捷键 $1"],
  ];
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt", "aria-valuetext", "aria-description", "aria-roledescription"];
  const LEAVE = "script,style,textarea,[data-testid=stIconMaterial],[data-i18n-skip]";

  function translated(text) {
    const bare = text.trim();
    if (!/[A-Za-z]/.test(bare)) return null;
    if (Object.hasOwn(WORDS, bare)) return text.replace(bare, () => WORDS[bare]);
    for (const [pattern, words] of PATTERNS) if (pattern.test(bare)) return bare.replace(pattern, words);
    return null;
  }

  function text(node) {
    if (!node.parentElement || node.parentElement.closest(LEAVE)) return;
    const words = translated(node.data);
    if (words !== null && words !== node.data) node.data = words;
  }

  function attributes(element) {
    if (element.closest("[data-i18n-skip]")) return;
    for (const name of ATTRIBUTES) {
      const words = translated(element.getAttribute(name) ?? "");
      if (words !== null) element.setAttribute(name, words);
    }
  }

  function tree(node) {
    if (node.nodeType === Node.TEXT_NODE) text(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    attributes(node);
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const found = walker.currentNode;
      if (found.nodeType === Node.TEXT_NODE) text(found);
      else attributes(found);
    }
  }

  document.documentElement.lang = "zh-CN";
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") text(change.target);
      else if (change.type === "attributes") attributes(change.target);
      else change.addedNodes.forEach(tree);
    }
  }).observe(document.documentElement, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ATTRIBUTES,
  });
})();
