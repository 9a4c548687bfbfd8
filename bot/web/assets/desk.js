// The studio's desk: what is to be filmed, on which engine, with which settings. What is typed stays
// here until it is sent; a take that has begun is handed to the list by an event of the window.
import { LOST, ask, newId, speaker } from "qunying";

const KEPT = "qunying-studio";
const ABOUT = {
  size: "画面大小", num_frames: "长度", num_inference_steps: "步数", guidance_scale: "引导强度",
  tier: "档位", seed: "种子", negative_prompt: "不想看到的",
};

const empty = () => Object.fromEntries(Object.keys(ABOUT).map((name) => [name, ""]));

export default {
  props: { url: String, maxBytes: Number },
  data() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "{}");
    return {
      about: ABOUT,
      wish: kept.wish || "",
      prompt: kept.prompt || "",
      model: kept.model || "",
      params: { ...empty(), ...kept.params },
      photo: null,
      preview: "",
      id: null,
      engines: null,
      writer: null,
      sending: false,
      trouble: "",
    };
  },
  computed: {
    engine() {
      return (this.engines || []).find((it) => it.id === this.model) || null;
    },
    ready() {
      const something = this.wish.trim() || this.prompt.trim() || this.photo;
      return !this.sending && this.engine !== null && this.fits(this.engine) && Boolean(something);
    },
    changed() {
      return Object.values(this.params).some((value) => value !== "") || this.prompt !== "";
    },
  },
  watch: {
    wish: "typed",
    prompt: "typed",
    model: "typed",
    params: { handler: "typed", deep: true },
    photo: "settle",
  },
  mounted() {
    window.addEventListener("qunying-view", this.seen);
    window.addEventListener("qunying-refill", this.refill);
  },
  beforeUnmount() {
    window.removeEventListener("qunying-view", this.seen);
    window.removeEventListener("qunying-refill", this.refill);
    this.dropPhoto();
  },
  methods: {
    async seen(event) {
      if (event.detail !== "studio") return;
      const stage = await this.ask("GET", "/engines");
      if (!stage) return;
      this.engines = stage.engines;
      this.writer = stage.writer;
      this.settle();
    },
    // everything as it was for that take, so that any of it can be changed
    async refill({ detail: take }) {
      this.dropPhoto();
      if (take.photo) await this.refetch(take.photo);
      this.model = (this.engines || []).some((it) => it.id === take.model) ? take.model : this.model;
      this.wish = take.wish;
      this.prompt = take.prompt;
      const said = Object.entries({ ...take.params, seed: take.seed }).filter(([, it]) => it !== null);
      this.params = { ...empty(), ...Object.fromEntries(said.map(([name, it]) => [name, String(it)])) };
      this.$el.querySelector("details").open = true;
      this.$el.scrollIntoView({ block: "start" });
    },
    async refetch(url) {
      try {
        const bytes = await (await fetch(url)).blob();
        this.photo = new File([bytes], "photo.jpg", { type: bytes.type });
        this.preview = URL.createObjectURL(bytes);
      } catch {
        this.trouble = "原来的照片拿不到了，重新放一张。";
      }
    },
    // the engine stays while it can do what is wanted; else the first that can
    settle() {
      this.id = null;
      if (this.engine && this.fits(this.engine)) return;
      const fitting = (this.engines || []).filter((it) => this.fits(it));
      const best = fitting.find((it) => !it.english || this.writer) || fitting[0];
      if (best) this.choose(best.id);
    },
    choose(id) {
      if (id === this.model) return;
      this.model = id;
      const prompt = this.params.negative_prompt;
      this.params = { ...empty(), negative_prompt: this.engine?.negative ? prompt : "" };
    },
    fits(engine) {
      return engine.modes.includes(this.photo ? "photo" : "text");
    },
    typed() {
      this.id = null; // another wish is another take
      const { wish, prompt, model, params } = this;
      sessionStorage.setItem(KEPT, JSON.stringify({ wish, prompt, model, params }));
    },
    clear() {
      this.params = empty();
      this.prompt = "";
    },
    pick(event) {
      const file = event.target.files[0];
      event.target.value = "";
      if (!file) return;
      if (file.size > this.maxBytes) return (this.trouble = "这张照片太大了，换一张小一点的吧。");
      this.dropPhoto();
      this.trouble = "";
      this.photo = file;
      this.preview = URL.createObjectURL(file);
    },
    broken() {
      this.dropPhoto();
      this.trouble = "这个文件我打不开，换一张照片试试。";
    },
    dropPhoto() {
      if (this.preview) URL.revokeObjectURL(this.preview);
      this.photo = null;
      this.preview = "";
    },
    wanted() {
      const params = Object.entries(this.params).filter(([, value]) => value !== "");
      return {
        id: (this.id ||= newId()),
        wish: this.wish.trim(),
        prompt: this.prompt.trim(),
        model: this.model,
        params: Object.fromEntries(params.map(([name, value]) => [name, this.typedAs(name, value)])),
        member: speaker(),
      };
    },
    typedAs(name, value) {
      return ["size", "tier", "negative_prompt"].includes(name) ? String(value) : Number(value);
    },
    async film() {
      if (!this.ready) return;
      this.sending = true;
      const form = new FormData();
      form.append("wanted", JSON.stringify(this.wanted()));
      if (this.photo) form.append("photo", this.photo);
      const take = await this.ask("POST", "/takes", form);
      this.sending = false;
      if (!take) return;
      this.id = null;
      window.dispatchEvent(new CustomEvent("qunying-take", { detail: take }));
    },
    // the answer, or null after having said why there is none
    ask(method, path, body) {
      const say = (text) => (this.trouble = text);
      return ask(this.url + path, { method, body, say, lost: LOST });
    },
  },
  template: `
<form class="desk" aria-label="拍一条" @submit.prevent="film">
  <h2>拍一条</h2>
  <label class="field"><span>想拍什么</span>
    <textarea v-model="wish" rows="3" maxlength="300" placeholder="熊猫在竹林里吃竹子"></textarea>
  </label>
  <div class="still">
    <label class="lay">
      <input type="file" accept="image/jpeg,image/png,image/webp" aria-label="放一张照片" @change="pick" />
      <img v-if="preview" :src="preview" alt="要拍的照片" @error="broken" />
      <span v-else>＋ 放一张照片（可以不放）</span>
    </label>
    <button v-if="photo" type="button" class="drop" aria-label="不用这张照片" @click="dropPhoto">×</button>
  </div>
  <fieldset class="engines">
    <legend>用哪台机器</legend>
    <p v-if="engines && !engines.length" class="none">现在没有能拍的机器。</p>
    <label v-for="it in engines || []" :key="it.id" class="engine" :class="{ chosen: it.id === model, off: !fits(it) }">
      <input type="radio" name="engine" :value="it.id" :checked="it.id === model" :disabled="!fits(it)" @change="choose(it.id)" />
      <b>{{ it.label }}</b><span>{{ it.says }}</span>
    </label>
    <p v-if="engine?.english && !writer" class="none">写提示词的模型还没接上，请在细调里自己写英文提示词。</p>
  </fieldset>
  <details class="finer">
    <summary>细调<small v-if="changed">改过</small></summary>
    <div v-if="engine" class="grid">
      <label v-if="engine.sizes.length > 1" class="field"><span>{{ about.size }}</span>
        <select v-model="params.size"><option value="">默认</option>
          <option v-for="it in engine.sizes" :key="it.value" :value="it.value">{{ it.label }}</option></select></label>
      <label v-if="engine.lengths.length > 1" class="field"><span>{{ about.num_frames }}</span>
        <select v-model="params.num_frames"><option value="">默认</option>
          <option v-for="it in engine.lengths" :key="it.value" :value="it.value">{{ it.label }}</option></select></label>
      <label v-if="engine.steps.length" class="field"><span>{{ about.num_inference_steps }}</span>
        <select v-model="params.num_inference_steps"><option value="">默认</option>
          <option v-for="it in engine.steps" :key="it" :value="String(it)">{{ it }}</option></select></label>
      <label v-if="engine.guidance" class="field"><span>{{ about.guidance_scale }}</span>
        <input v-model="params.guidance_scale" type="number" step="any" :min="engine.guidance[0]" :max="engine.guidance[1]"
          :placeholder="'默认，' + engine.guidance[0] + ' 到 ' + engine.guidance[1]" /></label>
      <label v-if="engine.tiers.length > 1" class="field"><span>{{ about.tier }}</span>
        <select v-model="params.tier"><option value="">默认</option>
          <option v-for="it in engine.tiers" :key="it.value" :value="it.value">{{ it.label }}</option></select></label>
      <label v-if="engine.seeds" class="field"><span>{{ about.seed }}</span>
        <input v-model="params.seed" type="number" step="1" min="0" :max="engine.seeds - 1" placeholder="随机" /></label>
      <label v-if="engine.negative" class="field wide"><span>{{ about.negative_prompt }}</span>
        <textarea v-model="params.negative_prompt" rows="2" maxlength="4000"></textarea></label>
      <label class="field wide"><span>提示词（写了就照它拍，不再由模型写）</span>
        <textarea v-model="prompt" rows="3" maxlength="4000"></textarea></label>
    </div>
    <button v-if="changed" type="button" class="plain" @click="clear">都还原</button>
  </details>
  <div class="foot">
    <p v-if="trouble" class="trouble" role="alert">{{ trouble }}</p>
    <button type="submit" class="shoot" :disabled="!ready">{{ sending ? "正在交代…" : "拍" }}</button>
  </div>
</form>`,
};
