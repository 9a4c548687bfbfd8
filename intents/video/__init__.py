"""视频生成: a clip from words, or from a photo."""
