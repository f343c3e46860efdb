// The words of sound and film: Persian, English.
export const RECORDING_WORDS = {
  rec: ["صدا یا فیلم (اگر بخواهید)", "Sound or film (if you wish)"],
  rec_hint: ["به جای نوشتن هم می‌شود. جا، زمان و نام دستگاه از پرونده پاک می‌شود.", "Instead of writing, too. Place, time and device are removed from the file."],
  rec_warn: ["صدا و چهره می‌گویند گوینده کیست. اگر نمی‌خواهید شناخته شوید، صدایتان را عوض کنید، یا بخواهید که نوشته و سپس از میان برده شود، یا خودتان بنویسید.", "A voice and a face tell who is speaking. If you do not want to be known: have the voice changed, or written down and then destroyed, or write it yourself."],
  rec_start: ["ضبط صدا", "Record"], rec_stop: ["پایان ضبط", "Stop"], rec_file: ["یا پرونده‌ای از گوشی", "Or a file"], rec_remove: ["برداشتن", "Remove"],
  rec_running: ["در حال ضبط… تا ۵ دقیقه", "Recording… up to 5 minutes"], rec_no_mic: ["میکروفون در دسترس نیست؛ پرونده‌ای برگزینید.", "No microphone; choose a file."],
  rec_voice: ["با صدایتان چه کنیم؟", "What shall become of your voice?"], rec_preview: ["چنین شنیده می‌شود", "This is how it will sound"],
  rec_changing: ["صدا عوض می‌شود…", "Changing the voice…"], rec_cannot: ["این مرورگر نمی‌تواند صدای این پرونده را عوض کند.", "This browser cannot change the voice in this file."],
  v_changed: ["پیش از فرستادن عوض شود", "Change it before it is sent"],
  v_type_out: ["۱۹۷ بنویسد و از میان ببرد", "Write it down, then destroy it"],
  v_as_is: ["همان که هست بماند", "Keep it as it is"],
  recordings: ["صدا و فیلم", "Sound and film"], rec_sound: ["صدا", "Sound"], rec_film: ["فیلم", "Film"], rec_play: ["پخش (ثبت می‌شود)", "Play (it is recorded)"],
  rec_text: ["آنچه گفته می‌شود", "What is said in it"], rec_destroy: ["از میان بردن، به خواست شهروند", "Destroy it, as the citizen wished"],
  rec_wish: ["از میان بردن صدا و فیلمم", "Destroy my sound and film"],
  rec_wish_hint: ["۱۹۷ نخست آنچه را گفته‌اید می‌نویسد. آنچه پیش‌تر به مرجع قضایی فرستاده شده نزد آن می‌ماند.", "197 writes down first what you said. What was sent to the judicial body before stays there."],
  rec_gone: ["از میان برده شد: {at}", "Destroyed: {at}"], rec_kept: ["نزد ۱۹۷ مانده است", "Kept by 197"], rec_later: ["نوشته و سپس از میان برده می‌شود", "To be written down, then destroyed"],
};
