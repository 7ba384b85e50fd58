#!/bin/sh
# Make the buckets, the users with their rights, and the notification that starts work on an upload. Harmless when repeated.
set -eu
mc alias set store http://minio:9000 "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD"
mc mb --ignore-existing store/packshot store/uploads
for user in packshot ingest merchant; do
    mc admin policy create store "$user" "/setup/$user.json"
done
mc admin user add store packshot "$S3_PACKSHOT_SECRET"
mc admin user add store ingest "$S3_INGEST_SECRET"
mc admin user add store merchant "$S3_MERCHANT_SECRET"
for user in packshot ingest merchant; do
    case "$(mc admin user info store "$user")" in
        *"PolicyName: $user"*) ;;
        *) mc admin policy attach store "$user" --user "$user" ;;
    esac
done
mc event add --event put --ignore-existing store/uploads arn:minio:sqs::PACKSHOT:amqp
