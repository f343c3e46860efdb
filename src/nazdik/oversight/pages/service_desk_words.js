// The words of the service desk that works without network: Persian, English.
export const SERVICE_DESK_WORDS = {
  title_service_desk: ["میز خدمت · ۱۹۷", "Service desk · 197"], to_service_desk: ["میز خدمت (بی‌شبکه)", "Service desk (offline)"],
  sd_about: ["این صفحه بی‌شبکه هم کار می‌کند. آنچه می‌نویسید رمزشده روی همین دستگاه می‌ماند تا شبکه بیاید.", "This page works without network. What you write stays enciphered on this machine until there is one."],
  sd_unlock: ["بازکردن", "Open"], sd_locked: ["این گذرواژه آنچه روی دستگاه مانده را باز نمی‌کند. همان نام و گذرواژهٔ صبح را بزنید.", "This does not open what is kept here. Use the name and password of the morning."],
  sd_first_online: ["نخستین ورود شبکه می‌خواهد.", "The first sign-in needs the network."], sd_no_crypto: ["این صفحه نشانی امن (https) می‌خواهد.", "This page needs a secure address (https)."],
  sd_codes: ["{n} کد مانده", "{n} codes left"], sd_waiting: ["{n} پیام نفرستاده", "{n} not sent yet"], sd_sent: ["{n} پیام فرستاده شد", "{n} sent"],
  sd_take: ["گرفتن {n} کد برای امروز", "Take {n} codes along"], sd_send: ["فرستادن همه", "Send all"], sd_online: ["شبکه هست", "Online"], sd_offline: ["شبکه نیست", "No network"],
  sd_no_codes: ["کدی نمانده است. تا شبکه بیاید روی کاغذ بنویسید.", "No codes are left. Write on paper until there is a network."],
  sd_old_codes: ["کدها بیش از سه روز پیش گرفته شده‌اند؛ با شبکه کد تازه بگیرید.", "The codes were taken more than three days ago; take new ones when there is a network."],
  sd_kept: ["ماند. این کد را به شهروند بدهید:", "Kept. Give this code to the citizen:"], sd_kept_hint: ["با همین کد، پس از فرستادن، پیگیری می‌شود. مهلت‌ها از همین حالا می‌گذرد.", "Once sent, it is followed by this code. The clocks run from now."],
  sd_refused: ["پذیرفته نشد: {why}", "Not taken: {why}"], sd_sign_again: ["برای فرستادن دوباره وارد شوید.", "Sign in again to send."], sd_mend: ["درست کردن", "Mend it"],
  sd_forget: ["پاک کردن این دستگاه", "Clear this machine"], sd_forget_sure: ["هر چه نفرستاده‌اید از دست می‌رود. برای پاک کردن دوباره بزنید.", "What was not sent is lost. Press again to clear."],
};
