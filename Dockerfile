# 一个镜像，三种用处：生成服务、拍摄进程、小爱；compose.yaml 说谁跑什么
FROM python:3.12-slim
# 拍摄进程写 video,cluster（带 torch，很大），其余写 cluster
ARG EXTRAS=cluster
WORKDIR /app
RUN useradd --create-home qunying && mkdir /data && chown qunying /data
COPY pyproject.toml constraints.txt README.md LICENSE config.yaml ./
COPY bot bot
COPY intents intents
COPY video_service video_service
# 服务不碰 torch，但要数提示词有多少个词元
RUN pip install --no-cache-dir -c constraints.txt ".[${EXTRAS}]" tokenizers sentencepiece
USER qunying
ENV QUNYING_DATA_DIR=/data
ENTRYPOINT ["qunying"]
