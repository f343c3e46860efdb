/** What alarms are called, on every desk and board; handhelds do not load them. */

import { catalogue } from "./catalogue";

export const alarmWords = catalogue(
  {
    "alarm.no_answer": "واحد پاسخ نداد",
    "alarm.nobody_free": "واحد آزادی نیست",
    "alarm.waiting": "انتظار بیش از اندازه",
    "alarm.panic": "کمک فوری مأمور",
    "alarm.safety_check": "بررسی سلامت بی‌پاسخ",
    "alarm.not_moving": "پذیرفته ولی حرکت نکرده",
    "alarm.route_blocked": "راه یک واحد بسته شد",
    "alarm.refused": "واحد نپذیرفت",
    "alarm.backup": "نیروی کمکی فوری",
    "alarm.late": "دیرکرد در رسیدن",
    "alarm.call_back": "کسی تماس برگشت نگرفته",
    "alarm.held": "زمان نگه‌داری گذشت",
    "alarm.desk_left": "میز تحویل‌شده بی‌متصدی مانده",
    "alarm.crew_lapsed": "از خدمه کسی دیگر در خدمت نیست",
    "alarm.grade.emergency": "اضطراری",
    "alarm.grade.warning": "هشدار",
    "alarm.grade.notice": "آگاهی",
  },
  {
    "alarm.no_answer": "Unit did not answer",
    "alarm.nobody_free": "No unit is free",
    "alarm.waiting": "Waiting too long",
    "alarm.panic": "Officer emergency",
    "alarm.safety_check": "Safety check unanswered",
    "alarm.not_moving": "Accepted but not moving",
    "alarm.route_blocked": "A unit's way is closed",
    "alarm.refused": "Unit refused",
    "alarm.backup": "Urgent backup",
    "alarm.late": "Late to arrive",
    "alarm.call_back": "Nobody has called back",
    "alarm.held": "Hold is over",
    "alarm.desk_left": "A desk waits for somebody",
    "alarm.crew_lapsed": "A crew has somebody who is in service no more",
    "alarm.grade.emergency": "Emergency",
    "alarm.grade.warning": "Warning",
    "alarm.grade.notice": "Notice",
  },
);
