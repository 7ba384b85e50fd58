// Everything the page says, in English and Chinese.

const WORDS = {
  en: {
    headline: "From a phone photo to a product picture",
    lede: "Drop the photos you took on a table or a bed. packshot cuts the product out, cleans it, puts it on the right ground, and checks the result against the marketplace's rules.",
    drop: "Drop photos here, or choose files",
    dropHint: "JPEG, PNG, WebP, TIFF, AVIF · up to 100 megapixels each",
    recipes: "What should it become?",
    sku: "SKU (optional)", title: "Title (optional)", url: "Or a photo's web address",
    start: "Make pictures", starting: "Sending… {0} %", results: "Your pictures",
    empty: "Nothing here yet. Results appear as they are made, and stay.",
    close: "Close", before: "Photo", after: "Result", download: "Download", reportFile: "Report (JSON)",
    api: "HTTP API", operations: "Operations", state: "System state", other: "中文",
    healthy: "All services answer", unhealthy: "Some part is away; work waits and is not lost",
    unreachable: "The server cannot be reached. Is packshot still running?",
    remove: "Remove {0}", slide: "Move the line between the photo and the result", cancel: "Stop",
    waiting: "waiting", done: "done", failed: "failed", cancelled: "stopped", rejected: "not taken",
    compliance: "Marketplace rules", measures: "Measures", lineage: "How it was made",
    pass: "passed", warn: "look", fail: "not met", not_checked: "not checked",
    measured: "measured", wanted: "wanted", source: "source", confidence: "confidence", cached: "from the cache",
    repaired: "It was mended once after the first check.", untitled: "Listing", checkedOn: "rules read on {0}", seconds: "{0} s",
    key: "Your API key", keyHint: "Whoever runs this server gives you one. It stays in this browser until you close it.",
    enter: "Go in", leave: "Forget the key", wrongKey: "This key is unknown or was revoked.",
    noRecipes: "No recipe can be run: no worker is up yet. This page looks again by itself.",
  },
  zh: {
    headline: "随手拍的照片，变成商品图",
    lede: "把在桌上、床上拍的照片拖进来。packshot 会抠出商品、修整干净、换上合适的底，并按平台规则逐条检查结果。",
    drop: "把照片拖到这里，或点击选择", dropHint: "JPEG、PNG、WebP、TIFF、AVIF · 每张不超过 1 亿像素",
    recipes: "要做成什么？", sku: "SKU（可不填）", title: "标题（可不填）", url: "或填照片网址",
    start: "开始制作", starting: "正在上传… {0} %", results: "成品",
    empty: "还没有内容。成品会随做随出，并一直保留。",
    close: "关闭", before: "原图", after: "成品", download: "下载", reportFile: "报告（JSON）",
    api: "HTTP 接口", operations: "算法目录", state: "系统状态", other: "English",
    healthy: "各服务正常", unhealthy: "有部件暂时离线；任务会等待，不会丢失",
    unreachable: "连不上服务器。packshot 还在运行吗？",
    remove: "移除 {0}", slide: "左右移动，对比原图与成品", cancel: "停止",
    waiting: "等待中", done: "完成", failed: "失败", cancelled: "已停止", rejected: "未接收",
    compliance: "平台规则", measures: "测量值", lineage: "制作过程",
    pass: "通过", warn: "请留意", fail: "不符合", not_checked: "未检查",
    measured: "实测", wanted: "要求", source: "来源", confidence: "可信度", cached: "来自缓存",
    repaired: "首次检查后自动修正过一次。", untitled: "商品", checkedOn: "规则读取于 {0}", seconds: "{0} 秒",
    key: "API 密钥", keyHint: "向服务器管理员索取。密钥只保存在本浏览器，关闭浏览器后失效。",
    enter: "进入", leave: "清除密钥", wrongKey: "密钥不存在或已被撤销。",
    noRecipes: "暂时没有可用的配方：处理服务还没启动，本页会自动重试。",
  },
};

let language = localStorage.getItem("packshot-language") || (navigator.language.startsWith("zh") ? "zh" : "en");

export function say(key, ...values) {
  return (WORDS[language][key] ?? key).replace(/\{(\d)\}/g, (_, index) => values[index]);
}

export function speak() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
}

export function switchLanguage() {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem("packshot-language", language);
  speak();
}
