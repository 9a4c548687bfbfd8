// The feed: stays at the newest line unless the reader went up, opens photos large, and lets a long
// press bring out the quote button where there is no mouse to hover with.
const NEAR = 80; // pixels from the end that still count as "at the end"
const PRESS_MS = 450;

export default {
  emits: ["older"],
  data: () => ({ away: false, unseen: false, large: "" }),
  mounted() {
    const box = this.$refs.box;
    this.atEnd = true;
    this.top = this.extent = 0;
    this.height = 0;
    // pictures and players grow after they were put in, so the size is watched and not the lines
    this.sizes = new ResizeObserver(() => this.settle());
    this.sizes.observe(this.$refs.inner);
    this.sizes.observe(box);
  },
  beforeUnmount() {
    this.sizes.disconnect();
  },
  methods: {
    settle() {
      const box = this.$refs.box;
      const grown = box.scrollHeight - this.height;
      this.height = box.scrollHeight;
      if (this.asked && grown > 0) {
        // older lines came in above: the line being read stays where it is
        if (box.scrollTop < 40) box.scrollTop += grown;
        this.asked = false;
      } else if (this.atEnd) box.scrollTop = box.scrollHeight;
      else if (grown > 0) this.unseen = true;
    },
    scrolled() {
      const box = this.$refs.box;
      // lines that grow, come or go move things by themselves: only a scroll that goes up while
      // the rest stands still is a reader who wants to read further up
      const up = box.scrollTop < this.top && box.scrollHeight === this.extent;
      this.top = box.scrollTop;
      this.extent = box.scrollHeight;
      if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) this.atEnd = true;
      else if (up) this.atEnd = false;
      this.away = !this.atEnd;
      if (this.atEnd) this.unseen = false;
      if (box.scrollTop < 40 && !this.asked && box.scrollHeight > box.clientHeight + NEAR) {
        this.asked = true;
        this.$emit("older");
        setTimeout(() => (this.asked = false), 2000);
      }
    },
    toEnd() {
      this.atEnd = true;
      this.$refs.box.scrollTo({ top: this.$refs.box.scrollHeight, behavior: "smooth" });
    },
    alone(event) {
      for (const film of this.$el.querySelectorAll("video")) if (film !== event.target) film.pause();
    },
    tapped(event) {
      const photo = event.target.closest("[data-large]");
      if (photo) this.enlarge(photo.dataset.large);
      if (!event.target.closest(".bubble")) this.release();
    },
    key(event) {
      const photo = event.target.closest("[data-large]");
      if (photo && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        this.enlarge(photo.dataset.large);
      }
    },
    enlarge(url) {
      this.large = url;
      this.$refs.lightbox.showModal();
    },
    press(event) {
      const line = event.target.closest(".line");
      if (!line) return;
      this.pressing = setTimeout(() => {
        this.release();
        line.classList.add("held");
      }, PRESS_MS);
    },
    lift() {
      clearTimeout(this.pressing);
    },
    release() {
      for (const line of this.$el.querySelectorAll(".held")) line.classList.remove("held");
    },
  },
  template: `
<section class="feed">
  <div class="scroll" ref="box" role="log" aria-label="聊天记录" tabindex="0" @scroll.passive="scrolled"
    @click="tapped" @keydown="key" @play.capture="alone" @touchstart.passive="press" @touchend="lift" @touchmove.passive="lift">
    <div class="lines" ref="inner"><slot></slot></div>
  </div>
  <button v-show="away" type="button" class="newest" :class="{ unseen }" aria-label="回到最新消息"
    @click="toEnd">{{ unseen ? "有新消息 ↓" : "↓" }}</button>
  <dialog ref="lightbox" class="lightbox" aria-label="看大图" @click="$refs.lightbox.close()">
    <img v-if="large" :src="large" alt="照片大图" />
  </dialog>
</section>`,
};
