"""图片生成: a picture from words."""
