#!/bin/sh
# Fill the users' passwords into the definitions, then start RabbitMQ. Passwords are letters and digits only (see packshot.env.example).
set -eu
umask 077
filled=/var/lib/rabbitmq/packshot-definitions.json
cp /etc/packshot/definitions.json "$filled"
for user in GATEWAY INGEST COLLECT PREPROCESS GENERATE EDIT QUALITY_CHECK TRAIN MINIO ADMIN; do
    eval "password=\${BROKER_${user}_PASSWORD:?set BROKER_${user}_PASSWORD}"
    sed -i "s/@${user}_PASSWORD@/${password}/" "$filled"
done
chown rabbitmq:rabbitmq "$filled"
exec docker-entrypoint.sh rabbitmq-server
