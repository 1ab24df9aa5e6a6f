# The instructor's image: the students' with the checkout, the grader and its jail.
# From the checkout: docker build -t idnn-instructor --build-arg STUDENTS=idnn-student -f hub/instructor.Dockerfile .
ARG STUDENTS=idnn-student
FROM ${STUDENTS}
USER root
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap git make && rm -rf /var/lib/apt/lists/*
COPY . /srv/idnn
RUN /opt/idnn/bin/pip install --no-cache-dir '/srv/idnn[instructor,hub]' && rm /opt/idnn/etc/jupyter/labconfig/page_config.json
RUN chown -R jovyan:jovyan /srv/idnn && chmod 0700 /srv/idnn
ENV IDNN_COURSE=/home/jovyan/course
USER jovyan
