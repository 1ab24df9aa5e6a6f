# The students' image: JupyterLab with nbgrader and the course's package. Of the checkout only the public rooms are copied: no answers.
# From the checkout: docker build -t idnn-student -f hub/students.Dockerfile .
FROM debian:trixie-slim
ENV DEBIAN_FRONTEND=noninteractive PATH=/opt/idnn/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/home/jovyan IDNN_EXCHANGE=/srv/exchange
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv tini && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --home-dir /home/jovyan --uid 1000 --shell /bin/bash jovyan
COPY pyproject.toml hatch_build.py README.md LICENSE /tmp/idnn/
COPY assay /tmp/idnn/assay
COPY idnn /tmp/idnn/idnn
COPY data /tmp/idnn/data
RUN python3 -m venv /opt/idnn && /opt/idnn/bin/pip install --no-cache-dir '/tmp/idnn[student,tensorflow,hub]' && rm -rf /tmp/idnn
COPY hub/nbgrader_config.py /opt/idnn/etc/jupyter/nbgrader_config.py
COPY hub/students_menu.json /opt/idnn/etc/jupyter/labconfig/page_config.json
COPY hub/start.sh /usr/local/bin/start-user
WORKDIR /home/jovyan
USER jovyan
ENTRYPOINT ["tini", "--", "sh", "/usr/local/bin/start-user"]
CMD ["jupyterhub-singleuser"]
