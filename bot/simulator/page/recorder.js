/** Records a voice note from the microphone. */
const TYPES = [
  ["audio/ogg;codecs=opus", "ogg"],
  ["audio/webm;codecs=opus", "webm"],
  ["audio/mp4", "m4a"],
];

export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

/**
 * Asks for the microphone and starts. Resolves to `{finish, cancel}`; finish() resolves to a File.
 * Rejects when the person or the browser refuses the microphone.
 */
export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const [type, ext] = TYPES.find(([name]) => MediaRecorder.isTypeSupported(name)) ?? ["", "webm"];
  const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start();
  const end = () =>
    new Promise((resolve) => {
      recorder.onstop = resolve;
      recorder.stop();
      for (const track of stream.getTracks()) track.stop();
    });
  return {
    cancel: end,
    async finish() {
      await end();
      const mime = (type || recorder.mimeType).split(";")[0];
      return new File(parts, `voice.${ext}`, { type: mime });
    },
  };
}
