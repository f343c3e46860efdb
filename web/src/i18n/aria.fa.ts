/**
 * What React Aria says, in Persian: one table for each of its own, all of them, so that no control can be added that would speak
 * English here. `aria.test.ts` compares them with the English ones; `scripts/aria_strings.ts` puts them in their place.
 */

interface Write {
  number(value: number): string;
}
/** Words, except those that are counted. */
interface Args {
  readonly [name: string]: unknown;
  readonly count: number;
  readonly groupCount: number;
  readonly optionCount: number;
}
type Table = Readonly<Record<string, string | ((args: Args, write: Write) => string)>>;

/** After a number Persian has one form. */
const counted = (write: Write, count: number, what: string): string => `${write.number(count)} ${what}`;

export const autocomplete: Table = { collectionLabel: "پیشنهادها" };

export const breadcrumbs: Table = { breadcrumbs: "مسیر صفحه" };

export const calendar: Table = {
  previous: "قبلی",
  next: "بعدی",
  selectedDateDescription: (args) => `تاریخ برگزیده: ${args.date}`,
  selectedRangeDescription: (args) => `بازهٔ برگزیده: ${args.dateRange}`,
  todayDate: (args) => `امروز، ${args.date}`,
  todayDateSelected: (args) => `امروز، ${args.date}، برگزیده`,
  dateSelected: (args) => `${args.date}، برگزیده`,
  startRangeSelectionPrompt: "برای آغاز بازه بزنید",
  finishRangeSelectionPrompt: "برای پایان بازه بزنید",
  minimumDate: "نخستین تاریخ ممکن",
  maximumDate: "آخرین تاریخ ممکن",
  dateRange: (args) => `${args.startDate} تا ${args.endDate}`,
};

export const color: Table = {
  colorPicker: "انتخاب رنگ",
  twoDimensionalSlider: "لغزندهٔ دوبعدی",
  colorNameAndValue: (args) => `${args.name}: ${args.value}`,
  colorInputLabel: (args) => `${args.label}، ${args.channelLabel}`,
  colorSwatch: "نمونهٔ رنگ",
  transparent: "شفاف",
};

export const combobox: Table = {
  focusAnnouncement: (args, write) => {
    const group = args.isGroupChange ? `گروه ${args.groupTitle}، با ${counted(write, args.groupCount, "گزینه")}. ` : "";
    return `${group}${args.optionText}${args.isSelected ? "، برگزیده" : ""}`;
  },
  countAnnouncement: (args, write) => `${counted(write, args.optionCount, "گزینه")} هست.`,
  selectedAnnouncement: (args) => `${args.optionText}، برگزیده`,
  buttonLabel: "نمایش پیشنهادها",
  listboxLabel: "پیشنهادها",
};

export const components: Table = {
  selectPlaceholder: "یکی را برگزینید",
  tableResizer: "تغییر پهنای ستون",
  dropzoneLabel: "جای رها کردن",
  colorSwatchPicker: "نمونه‌های رنگ",
};

export const datepicker: Table = {
  era: "مبدأ",
  year: "سال",
  month: "ماه",
  day: "روز",
  hour: "ساعت",
  minute: "دقیقه",
  second: "ثانیه",
  dayPeriod: "پیش یا پس از نیمروز",
  calendar: "تقویم",
  startDate: "تاریخ آغاز",
  endDate: "تاریخ پایان",
  weekday: "روز هفته",
  timeZoneName: "منطقهٔ زمانی",
  selectedDateDescription: (args) => `تاریخ برگزیده: ${args.date}`,
  selectedRangeDescription: (args) => `بازهٔ برگزیده: ${args.startDate} تا ${args.endDate}`,
  selectedTimeDescription: (args) => `ساعت برگزیده: ${args.time}`,
};

export const dnd: Table = {
  dragItem: (args) => `کشیدن ${args.itemText}`,
  dragSelectedItems: (args, write) => `کشیدن ${counted(write, args.count, "مورد برگزیده")}`,
  dragDescriptionKeyboard: "برای آغاز جابه‌جایی، ورود را بزنید.",
  dragDescriptionKeyboardAlt: "برای آغاز جابه‌جایی، دگرساز و ورود را با هم بزنید.",
  dragDescriptionTouch: "برای آغاز جابه‌جایی، دو بار بزنید.",
  dragDescriptionVirtual: "برای آغاز جابه‌جایی، بزنید.",
  dragDescriptionLongPress: "برای آغاز جابه‌جایی، نگه دارید.",
  dragSelectedKeyboard: (args, write) => `برای کشیدن ${counted(write, args.count, "مورد برگزیده")}، ورود را بزنید.`,
  dragSelectedKeyboardAlt: (args, write) =>
    `برای کشیدن ${counted(write, args.count, "مورد برگزیده")}، دگرساز و ورود را با هم بزنید.`,
  dragSelectedLongPress: (args, write) => `برای کشیدن ${counted(write, args.count, "مورد برگزیده")}، نگه دارید.`,
  dragStartedKeyboard: "جابه‌جایی آغاز شد. با جهش به جای تازه بروید و ورود را بزنید؛ گریز آن را رها می‌کند.",
  dragStartedTouch: "جابه‌جایی آغاز شد. به جای تازه بروید و دو بار بزنید.",
  dragStartedVirtual: "جابه‌جایی آغاز شد. به جای تازه بروید و بزنید.",
  endDragKeyboard: "در حال جابه‌جایی. ورود آن را رها می‌کند.",
  endDragTouch: "در حال جابه‌جایی. دو بار زدن آن را رها می‌کند.",
  endDragVirtual: "در حال جابه‌جایی. زدن آن را رها می‌کند.",
  dropDescriptionKeyboard: "برای گذاشتن، ورود را بزنید. گریز آن را رها می‌کند.",
  dropDescriptionTouch: "برای گذاشتن، دو بار بزنید.",
  dropDescriptionVirtual: "برای گذاشتن، بزنید.",
  dropCanceled: "جابه‌جایی رها شد.",
  dropComplete: "جابه‌جایی انجام شد.",
  dropIndicator: "نشان جای تازه",
  dropOnRoot: "گذاشتن در",
  dropOnItem: (args) => `گذاشتن روی ${args.itemText}`,
  insertBefore: (args) => `گذاشتن پیش از ${args.itemText}`,
  insertBetween: (args) => `گذاشتن میان ${args.beforeItemText} و ${args.afterItemText}`,
  insertAfter: (args) => `گذاشتن پس از ${args.itemText}`,
};

export const grid: Table = {
  deselectedItem: (args) => `${args.item} برداشته شد.`,
  select: "برگزیدن",
  selectedCount: (args, write) =>
    args.count === 0 ? "چیزی برگزیده نیست." : `${counted(write, args.count, "مورد برگزیده است")}.`,
  selectedAll: "همه برگزیده شد.",
  selectedItem: (args) => `${args.item} برگزیده شد.`,
  longPressToSelect: "برای برگزیدن چند مورد، نگه دارید.",
};

export const menu: Table = { longPressMessage: "برای باز کردن فهرست، نگه دارید یا دگرساز و پیکان پایین را بزنید" };

export const numberfield: Table = {
  decrease: (args) => `کم کردن ${args.fieldLabel}`,
  increase: (args) => `زیاد کردن ${args.fieldLabel}`,
  numberField: "خانهٔ عدد",
};

export const overlays: Table = { dismiss: "بستن" };

export const previewtrigger: Table = { longPressMessage: "برای پیش‌نمایش، نگه دارید" };

export const searchfield: Table = { "Clear search": "پاک کردن جست‌وجو" };

export const spinbutton: Table = { Empty: "خالی" };

export const steplist: Table = { steplist: "فهرست گام‌ها" };

export const table: Table = {
  select: "برگزیدن",
  selectAll: "برگزیدن همه",
  sortable: "ستون مرتب‌شدنی",
  ascending: "صعودی",
  descending: "نزولی",
  ascendingSort: (args) => `مرتب بر پایهٔ ستون ${args.columnName}، صعودی`,
  descendingSort: (args) => `مرتب بر پایهٔ ستون ${args.columnName}، نزولی`,
  columnSize: (args) => `${args.value} پیکسل`,
  resizerDescription: "برای تغییر پهنا، ورود را بزنید",
  expand: "باز کردن",
  collapse: "بستن",
};

export const tag: Table = { removeDescription: "برای برداشتن برچسب، کلید حذف را بزنید.", removeButtonLabel: "برداشتن" };

export const toast: Table = {
  close: "بستن",
  notifications: (args, write) => `${counted(write, args.count, "پیام")}.`,
};

export const tree: Table = { expand: "باز کردن", collapse: "بستن" };

export const state_datepicker: Table = {
  rangeUnderflow: (args) => `باید ${args.minValue} یا پس از آن باشد.`,
  rangeOverflow: (args) => `باید ${args.maxValue} یا پیش از آن باشد.`,
  rangeReversed: "آغاز باید پیش از پایان باشد.",
  unavailableDate: "این تاریخ را نمی‌توان برگزید.",
};

export const state_color: Table = {
  hue: "فام",
  saturation: "سیری",
  lightness: "روشنی",
  brightness: "درخشندگی",
  red: "قرمز",
  green: "سبز",
  blue: "آبی",
  alpha: "پوشانندگی",
  colorName: (args) => `${args.hue} ${args.chroma} ${args.lightness}`,
  transparentColorName: (args) => `${args.hue} ${args.chroma} ${args.lightness}، ${args.percentTransparent} شفاف`,
  "very dark": "بسیار تیره",
  dark: "تیره",
  light: "روشن",
  "very light": "بسیار روشن",
  pale: "کم‌رنگ",
  grayish: "خاکستری‌گون",
  vibrant: "پررنگ",
  black: "سیاه",
  white: "سفید",
  gray: "خاکستری",
  pink: "صورتی",
  "pink red": "قرمز صورتی",
  "red orange": "نارنجی قرمز",
  brown: "قهوه‌ای",
  orange: "نارنجی",
  "orange yellow": "زرد نارنجی",
  "brown yellow": "زرد قهوه‌ای",
  yellow: "زرد",
  "yellow green": "سبز زرد",
  "green cyan": "فیروزه‌ای سبز",
  cyan: "فیروزه‌ای",
  "cyan blue": "آبی فیروزه‌ای",
  "blue purple": "بنفش آبی",
  purple: "بنفش",
  "purple magenta": "سرخابی بنفش",
  magenta: "سرخابی",
  "magenta pink": "صورتی سرخابی",
};
