import type { Settings } from '../src-shared/contract/settings';

export type Language = 'en' | 'zh-CN';

/** The first of the system's preferred languages that we have. */
export function systemLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = tag.toLowerCase().split(/[-_]/)[0];
    if (language === 'zh') return 'zh-CN';
    if (language === 'en') return 'en';
  }
  return 'en';
}

export function languageOf(setting: Settings['language'], system: Language): Language {
  return setting === 'system' ? system : setting;
}

const en = {
  file: 'File',
  newSocket: 'New socket',
  openCapture: 'Open capture…',
  captures: 'Captures',
  saveCapture: 'Save capture as…',
  openWireshark: 'Open in Wireshark',
  saveProfile: 'Save as profile',
  importProfiles: 'Import profiles…',
  exportProfiles: 'Export profiles…',
  settings: 'Settings',
  closeTab: 'Close tab',
  quit: 'Quit Wirebench',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  clearLog: 'Clear log',
  view: 'View',
  palette: 'Command palette',
  sidebar: 'Sidebar',
  inspector: 'Inspector',
  composer: 'Composer',
  actualSize: 'Actual size',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fullScreen: 'Full screen',
  reload: 'Reload window',
  devTools: 'Developer tools',
  window: 'Window',
  minimise: 'Minimise',
  zoomWindow: 'Zoom',
  front: 'Bring all to front',
  help: 'Help',
  shortcuts: 'Keyboard shortcuts',
  about: 'About Wirebench',
  services: 'Services',
  hide: 'Hide Wirebench',
  hideOthers: 'Hide others',
  showAll: 'Show all',
  captureFiles: 'Captures',
  profileFiles: 'Wirebench profiles',
  allFiles: 'All files',
  importWhat: 'What should be imported?',
  importDetail: 'Nothing listens, connects or runs until you open a profile.',
  files: 'Files…',
  folder: 'A folder…',
  cancel: 'Cancel',
  exportTitle: 'Folder for the exported profiles',
  wiresharkTitle: 'The Wireshark program',
  crashed: 'The window crashed again and again.',
  crashedDetail: 'Sockets and captures go on without it.',
  loadAgain: 'Load it again',
};
export type Texts = { readonly [Key in keyof typeof en]: string };

const zh: Texts = {
  file: '文件',
  newSocket: '新建套接字',
  openCapture: '打开抓包文件…',
  captures: '抓包列表',
  saveCapture: '抓包另存为…',
  openWireshark: '在 Wireshark 中打开',
  saveProfile: '保存为配置',
  importProfiles: '导入配置…',
  exportProfiles: '导出配置…',
  settings: '设置',
  closeTab: '关闭标签页',
  quit: '退出 Wirebench',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  clearLog: '清空日志',
  view: '视图',
  palette: '命令面板',
  sidebar: '侧边栏',
  inspector: '检查器',
  composer: '发送编辑区',
  actualSize: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  fullScreen: '全屏',
  reload: '重新加载窗口',
  devTools: '开发者工具',
  window: '窗口',
  minimise: '最小化',
  zoomWindow: '缩放',
  front: '全部置于前台',
  help: '帮助',
  shortcuts: '键盘快捷键',
  about: '关于 Wirebench',
  services: '服务',
  hide: '隐藏 Wirebench',
  hideOthers: '隐藏其他',
  showAll: '全部显示',
  captureFiles: '抓包文件',
  profileFiles: 'Wirebench 配置',
  allFiles: '所有文件',
  importWhat: '要导入什么？',
  importDetail: '在您打开配置之前，不会监听、连接或运行任何内容。',
  files: '文件…',
  folder: '文件夹…',
  cancel: '取消',
  exportTitle: '选择导出配置的文件夹',
  wiresharkTitle: '选择 Wireshark 程序',
  crashed: '窗口反复崩溃。',
  crashedDetail: '套接字和抓包仍在继续。',
  loadAgain: '重新加载',
};

/** What main itself says: menus and dialogs. All else is said by the window. */
export const TEXTS: Readonly<Record<Language, Texts>> = { en, 'zh-CN': zh };
