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
    measured: "measured", source: "source", confidence: "confidence", cached: "from the cache",
    repaired: "It was mended once after the first check.", untitled: "Listing", checkedOn: "rules read on {0}", changesOn: "These rules change on {0}.", "confidence-low": "second-hand", "confidence-medium": "medium", seconds: "{0} s",
    key: "Your API key", keyHint: "Whoever runs this server gives you one. It stays in this browser until you close it.",
    enter: "Go in", leave: "Forget the key", wrongKey: "This key is unknown or was revoked.",
    "group-marketplace": "For a marketplace", "group-look": "Cutouts and scenes", "group-variants": "Variants", "group-several": "From several photos", "group-check": "Inspection", "group-other": "More",
    noRecipes: "No recipe can be run: no worker is up yet. This page looks again by itself.",
    roomRecipes: "Whole pictures", roomOperations: "Single operations", search: "Search operations",
    roomHint: "The list follows the workers: a new plugin appears here by itself.",
    "stage-preprocess": "Prepare", "stage-generate": "Generate", "stage-edit": "Edit", "stage-quality-check": "Check",
    noOperations: "No worker has offered an operation yet. This page looks again by itself.", noneFits: "No operation fits these words.",
    isAway: "away: work for it waits", oneWorker: "1 worker", workers: "{0} workers", came: "{0} is there now.", went: "{0} is away.",
    run: "Run", running: "Sending…", runLater: "Run once it is back", reset: "Defaults", noParams: "Nothing to choose.",
    dropOne: "Drop a photo, or choose one", required: "needed", setIt: "set", kind: "kind", add: "Add", thenMeasure: "Then measure", noMeasure: "nothing", notJson: "This is not JSON.",
    roomData: "Data", newData: "Collect pictures", noData: "There is no data set yet.", dataHint: "Each run makes a new version of the data set. What is broken, blurred or twice there is left out, with the reason.",
    dataName: "Name of the data set", dataFrom: "Where the pictures come from", fromFolder: "A folder", fromWeb: "Web pages", fromBucket: "An S3 bucket", fromData: "A data set there is",
    folderPath: "Folder", folderHint: "On the machine that packshot runs on.", webPages: "Web addresses", crawlHint: "robots.txt is kept, and each host is asked one thing at a time. You answer for the right to use what is taken.",
    linkDepth: "Follow links so far", mostPages: "Read at most so many pages", bucketName: "Bucket", bucketPrefix: "Only below (optional)", productRule: "What makes one product", productHint: "file, folder, or a regular expression over the path whose first group names it.",
    dataSource: "Data set", licence: "Licence of the pictures", categoryOfAll: "What all show (optional)", doClean: "Leave out what is broken, blurred, tiny or twice there", doSplit: "Part products into training, validation and test", startData: "Start", dataVersion: "Version",
    collecting: "being collected", soFar: "{0} so far", pictures: "{0} pictures", holds: "{0} pictures of {1} products", dataPictures: "Pictures", leftOut: "Left out", leftOutCount: "{0} left out", pagesRead: "{0} pages", all: "all", showMore: "Show more",
    "phase-gather": "gathering", "phase-clean": "cleaning", "phase-augment": "making copies", "phase-save": "saving",
    "data-train": "training", "data-validation": "validation", "data-test": "test", "data-broken": "broken", "data-not-a-picture": "not a picture", "data-tiny": "too small", "data-aspect": "too long", "data-blurred": "blurred", "data-duplicate": "twice there", "data-outlier": "unlike the others", "data-too-large": "too large", "data-away": "not there", "data-forbidden": "not allowed",
    roomTraining: "Training", newTraining: "Train a model", trainingHint: "A network learns from a data set. What it has learnt is measured on pictures that it never saw, and can be registered for all workers.",
    noTrainings: "Nothing was trained here yet.", trainerParams: "What this trainer takes", startTraining: "Start the training", ordering: "Ordering…", trainer: "What to train", dataSetName: "Data set", dataSetHint: "NAME, or NAME@DIGEST for one version", registerAs: "Register as version", registerHint: "Three numbers, as 1.0.0. Left out: the model is made and not registered.",
    lengthSteps: "Steps", seedWord: "Seed", noTrainers: "Nothing can be trained now: no training service runs, or it lacks torch (pip install 'packshot[train]').",
    stepOf: "step {0} of {1}", perSecond: "{0} steps/s", onTest: "On the test side", withInterval: "mean, and the interval that holds it with 95 %", besideOthers: "beside", registeredAs: "Registered as {0}. Workers take it up by themselves.", madeBy: "{0} steps in {1} on {2}; the best weights are of step {3}.",
    loss: "loss", noCurve: "The curve begins with the first report.", samples: "What it makes now", models: "Models", noModels: "No model is registered yet.", offeredBy: "offered by {0}", notOffered: "no worker offers it now", settingsWord: "Settings", weightsFile: "Weights (safetensors)", bestMedianWorst: "Best, median and worst test picture",
    roomAnnotate: "Annotate", annotateTitle: "Annotate data sets", annotateHint: "Mark what is in the pictures. The machine proposes, you correct; what you say becomes a new version of the data set.",
    yourName: "Your name", nameFirst: "Say who you are first: letters, digits, dots and dashes.", noTasks: "There is no task yet. Start one over a data set.", newTask: "Start a task", dataSet: "Data set", noSets: "There is no data set yet: collect or import one first.",
    categories: "Categories", categoriesHint: "mug, lid, handle", proposedBy: "Proposed by", nobody: "nobody", people: "People a picture", alsoAlpha: "Masks become the alpha plane", startTask: "Start",
    taskOf: "{0} · {1}", complete: "{0} of {1} done", mine: "{0} by you", byTwo: "two people a picture", isPublished: "published", doIt: "Annotate", agreement: "Agreement", publish: "Publish", publishAll: "Publish what is done", publishedAs: "Published as {0}: {1} pictures, {2} left out.",
    noPairs: "No picture has been done by two people yet.", pairsDone: "pictures by both", objects: "objects by both", unmatched: "by one only", boxIou: "box IoU", maskIou: "mask IoU", maskDice: "mask Dice", kappa: "kappa of classes", toDecide: "to be decided", decide: "Decide {0}", decided: "decided by {0}",
    allTasks: "All tasks", picturePlace: "picture {0} of {1}", allDone: "Nothing is left for you to do here. Thank you.", skip: "Skip", skipWhy: "Why can this picture not be annotated?", leaveOut: "Leave it out", saveNext: "Save and next", saveDecision: "This holds", nothingIn: "Yes, nothing is in it", back: "Back",
    proposal: "Proposal by {0}", accept: "Accept", hide: "Hide", showIt: "Show", proposalComes: "The machine is still looking at this picture…", take: "Take {0}'s", skippedIt: "{0} skipped it: {1}", wholePicture: "Whole picture", aMask: "mask", aBox: "box", aWhole: "whole picture",
    "tool-select": "Select", "tool-box": "Box", "tool-polygon": "Polygon", "tool-brush": "Brush", "tool-eraser": "Eraser", undo: "Undo", redo: "Redo", fit: "Whole picture in view", zoomIn: "Nearer", zoomOut: "Farther", brushSize: "Brush size",
    keys: "1–9 class · V select · B box · G polygon · D brush · E eraser · [ ] size · P proposal · A accept · Enter save · Del remove · Ctrl+Z undo · wheel or two fingers zoom · right button moves",
    roomRate: "Rate", rateTitle: "Compare blind pairs", rateHint: "Choose the better of two pictures without knowing whose they are. Systems are ranked by what people choose.", noRatings: "There is no rating yet. Start one over two data sets, each with the pictures of one system.", newRating: "Start a rating",
    firstSystem: "Pictures of one", secondSystem: "Pictures of the other", matchBy: "A pair shows", matchProduct: "answers to one input (same product)", matchCategory: "pictures of one category", matchAny: "any two", madeOf: "Shown beside", nothingBeside: "nothing", pairCount: "Pairs, at most", askedThem: "Question (optional)", twoSets: "A rating needs two data sets: collect or import them first.",
    allRatings: "All ratings", judgeIt: "Compare", rankingOf: "Ranking", judgedOf: "{0} of {1} by you", choicesOf: "{0} choices of {1} people", whichBetter: "Which picture is better?", pairPlace: "pair {0} of {1}", leftBetter: "The first one is better", rightBetter: "The second one is better", neither: "Neither", allJudged: "You have judged every pair. Thank you.", judgeKeys: "← left · → right · ↓ or space: neither · Backspace: undo",
    noChoices: "Nobody has chosen yet.", preferredHint: "How often each is preferred to another, with the interval that holds it with 95 %.", wonAndTied: "won {0}, {1} ties, of {2}", sameWord: "two people say the same of {0}", leftShare: "left chosen {0}",
    drawIt: "Draw it on the photo", useIt: "Use it", photoFirst: "Choose the photo first.", cannotShow: "This browser cannot show the photo. Save it as JPEG or PNG to draw on it.",
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
    measured: "实测", source: "来源", confidence: "可信度", cached: "来自缓存",
    repaired: "首次检查后自动修正过一次。", untitled: "商品", checkedOn: "规则读取于 {0}", changesOn: "规则将于 {0} 更新。", "confidence-low": "二手资料", "confidence-medium": "中等", seconds: "{0} 秒",
    key: "API 密钥", keyHint: "向服务器管理员索取。密钥只保存在本浏览器，关闭浏览器后失效。",
    enter: "进入", leave: "清除密钥", wrongKey: "密钥不存在或已被撤销。",
    "group-marketplace": "平台主图", "group-look": "抠图与场景", "group-variants": "一款多样", "group-several": "多张照片合成", "group-check": "质检", "group-other": "其他",
    noRecipes: "暂时没有可用的配方：处理服务还没启动，本页会自动重试。",
    roomRecipes: "整套成品", roomOperations: "单项算法", search: "搜索算法",
    roomHint: "列表随处理服务实时更新：新插件会自动出现在这里。",
    "stage-preprocess": "预处理", "stage-generate": "生成", "stage-edit": "编辑", "stage-quality-check": "质检",
    noOperations: "还没有处理服务提供算法，本页会自动重试。", noneFits: "没有符合的算法。",
    isAway: "暂时离线：任务会等待", oneWorker: "1 个处理进程", workers: "{0} 个处理进程", came: "{0} 已上线。", went: "{0} 已离线。",
    run: "运行", running: "正在上传…", runLater: "上线后运行", reset: "恢复默认", noParams: "没有可调的参数。",
    dropOne: "拖入照片，或点击选择", required: "必填", setIt: "设定", kind: "类型", add: "添加", thenMeasure: "再测量", noMeasure: "不测量", notJson: "不是有效的 JSON。",
    roomData: "数据", newData: "收集图片", noData: "还没有数据集。", dataHint: "每次运行生成数据集的一个新版本。损坏、模糊、重复的图片会被剔除，并注明原因。",
    dataName: "数据集名称", dataFrom: "图片来源", fromFolder: "文件夹", fromWeb: "网页", fromBucket: "S3 存储桶", fromData: "已有的数据集",
    folderPath: "文件夹", folderHint: "位于运行 packshot 的机器上。", webPages: "网址", crawlHint: "遵守 robots.txt，对每个网站一次只发一个请求。图片的使用权由您负责。",
    linkDepth: "跟随链接的层数", mostPages: "最多读取的网页数", bucketName: "存储桶", bucketPrefix: "仅限此前缀（可不填）", productRule: "如何划分商品", productHint: "file、folder，或对路径使用的正则表达式（第一个分组为商品名）。",
    dataSource: "数据集", licence: "图片许可", categoryOfAll: "统一类别（可不填）", doClean: "剔除损坏、模糊、过小或重复的图片", doSplit: "按商品划分训练、验证与测试", startData: "开始", dataVersion: "版本",
    collecting: "收集中", soFar: "已收 {0} 张", pictures: "{0} 张图片", holds: "{0} 张图片，{1} 件商品", dataPictures: "图片", leftOut: "已剔除", leftOutCount: "剔除 {0} 张", pagesRead: "{0} 个网页", all: "全部", showMore: "显示更多",
    "phase-gather": "收集", "phase-clean": "清理", "phase-augment": "生成变体", "phase-save": "保存",
    "data-train": "训练", "data-validation": "验证", "data-test": "测试", "data-broken": "损坏", "data-not-a-picture": "不是图片", "data-tiny": "过小", "data-aspect": "过长", "data-blurred": "模糊", "data-duplicate": "重复", "data-outlier": "与同类不符", "data-too-large": "过大", "data-away": "无法获取", "data-forbidden": "不允许",
    roomTraining: "训练", newTraining: "训练模型", trainingHint: "网络从数据集学习；学成后用它从未见过的图片测量，并可登记给所有处理服务使用。",
    noTrainings: "还没有训练过模型。", trainerParams: "训练器参数", startTraining: "开始训练", ordering: "正在提交…", trainer: "训练什么", dataSetName: "数据集", dataSetHint: "名称，或用 名称@摘要 指定版本", registerAs: "登记为版本", registerHint: "三段数字，如 1.0.0；不填则只训练、不登记。",
    lengthSteps: "步数", seedWord: "随机种子", noTrainers: "现在无法训练：没有训练服务在运行，或未安装 torch（pip install 'packshot[train]'）。",
    stepOf: "第 {0} 步，共 {1} 步", perSecond: "每秒 {0} 步", onTest: "测试集结果", withInterval: "均值与 95 % 置信区间", besideOthers: "对比", registeredAs: "已登记为 {0}，处理服务会自动启用。", madeBy: "{0} 步，用时 {1}，设备：{2}；最佳权重出自第 {3} 步。",
    loss: "损失", noCurve: "收到第一份报告后开始画曲线。", samples: "当前效果", models: "模型", noModels: "还没有登记的模型。", offeredBy: "{0} 提供", notOffered: "当前没有处理服务提供", settingsWord: "设置", weightsFile: "权重（safetensors）", bestMedianWorst: "最好、居中与最差的测试图",
    roomAnnotate: "标注", annotateTitle: "标注数据集", annotateHint: "标出图片里的物体：机器先给建议，您来修正；保存的内容会成为数据集的新版本。",
    yourName: "您的名字", nameFirst: "请先填写名字：可用文字、数字、点和短横线。", noTasks: "还没有标注任务，请先选择数据集新建。", newTask: "新建任务", dataSet: "数据集", noSets: "还没有数据集：请先采集或导入。",
    categories: "类别", categoriesHint: "杯子, 杯盖, 把手", proposedBy: "预标注算法", nobody: "不使用", people: "每张图几人标注", alsoAlpha: "蒙版合并为 alpha 通道", startTask: "开始",
    taskOf: "{0} · {1}", complete: "已完成 {0} / {1}", mine: "您完成 {0}", byTwo: "每张两人", isPublished: "已发布", doIt: "去标注", agreement: "一致性", publish: "发布", publishAll: "发布已完成部分", publishedAs: "已发布为 {0}：{1} 张，剔除 {2} 张。",
    noPairs: "还没有两人都完成的图片。", pairsDone: "两人都完成", objects: "两人都标的物体", unmatched: "仅一人标注", boxIou: "框 IoU", maskIou: "蒙版 IoU", maskDice: "蒙版 Dice", kappa: "类别 kappa", toDecide: "待裁定", decide: "裁定第 {0} 张", decided: "由 {0} 裁定",
    allTasks: "所有任务", picturePlace: "第 {0} / {1} 张", allDone: "这里没有需要您处理的图片了，谢谢。", skip: "跳过", skipWhy: "为什么无法标注？", leaveOut: "剔除", saveNext: "保存并继续", saveDecision: "以此为准", nothingIn: "确认：图中没有", back: "上一张",
    proposal: "{0} 的建议", accept: "采用", hide: "隐藏", showIt: "显示", proposalComes: "机器正在处理这张图片…", take: "采用 {0} 的", skippedIt: "{0} 跳过：{1}", wholePicture: "整张图", aMask: "蒙版", aBox: "框", aWhole: "整张图",
    "tool-select": "选择", "tool-box": "画框", "tool-polygon": "多边形", "tool-brush": "画笔", "tool-eraser": "橡皮", undo: "撤销", redo: "重做", fit: "显示全图", zoomIn: "放大", zoomOut: "缩小", brushSize: "画笔大小",
    keys: "1–9 类别 · V 选择 · B 框 · G 多边形 · D 画笔 · E 橡皮 · [ ] 大小 · P 显示建议 · A 采用 · Enter 保存 · Del 删除 · Ctrl+Z 撤销 · 滚轮或双指缩放 · 右键拖动",
    roomRate: "评比", rateTitle: "盲选比较", rateHint: "两张图选出更好的一张，不显示出自哪个系统；按大家的选择为系统排名。", noRatings: "还没有评比。请选两个数据集新建，各含一个系统的图片。", newRating: "新建评比",
    firstSystem: "甲方图片", secondSystem: "乙方图片", matchBy: "每对图片", matchProduct: "同一输入的结果（同一商品）", matchCategory: "同一类别", matchAny: "任意两张", madeOf: "旁边显示", nothingBeside: "不显示", pairCount: "最多几对", askedThem: "问题（可不填）", twoSets: "评比需要两个数据集：请先采集或导入。",
    allRatings: "所有评比", judgeIt: "去比较", rankingOf: "排名", judgedOf: "您已评 {0} / {1}", choicesOf: "{1} 人共选 {0} 次", whichBetter: "哪张图更好？", pairPlace: "第 {0} / {1} 对", leftBetter: "第一张更好", rightBetter: "第二张更好", neither: "不分上下", allJudged: "所有图片对都已评完，谢谢。", judgeKeys: "← 左 · → 右 · ↓ 或空格：不分上下 · 退格：撤销",
    noChoices: "还没有人选择。", preferredHint: "各系统比另一系统更受偏爱的比例，附 95 % 置信区间。", wonAndTied: "胜 {0}，平 {1}，共 {2}", sameWord: "两人选择相同 {0}", leftShare: "选左边 {0}",
    drawIt: "在照片上画", useIt: "使用", photoFirst: "请先选择照片。", cannotShow: "浏览器无法显示这张照片，请另存为 JPEG 或 PNG 再画。",
  },
};

let language = localStorage.getItem("packshot-language") || (navigator.language.startsWith("zh") ? "zh" : "en");

export function say(key, ...values) {
  return (WORDS[language][key] ?? key.replace(/^group-/, "")).replace(/\{(\d)\}/g, (_, index) => values[index]);
}

// What something says of itself: in this language where it was translated, else as it was written.
export const inLanguage = (original, translations) => ({ ...original, ...translations?.[language] });

export function speak() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of document.querySelectorAll("[data-placeholder]"))
    element.placeholder = element.ariaLabel = say(element.dataset.placeholder);
}

export function switchLanguage() {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem("packshot-language", language);
  speak();
}
