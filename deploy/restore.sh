#!/usr/bin/env bash
# 恢复数据库。  deploy/restore.sh FILE      (.dump, or .dump.age with AGE_KEY_FILE=… naming the private key)
#
# The backup is restored beside the present store and takes its place only when all of it is in. The present store stays,
# under another name, until you drop it.
set -euo pipefail
umask 077

here=$(cd "$(dirname "$0")" && pwd)
file=${1:?用法：deploy/restore.sh 备份文件}
[ -r "$file" ] || { echo "找不到或读不了 $file。" >&2; exit 1; }
compose() { docker compose --file "$here/compose.yaml" "$@"; }
sql() { compose exec -T postgres psql --username=bangfu --dbname=postgres --quiet --set=ON_ERROR_STOP=1 \
        --command='SET client_min_messages = warning' --command="$1" </dev/null; }

case "$file" in
    *.age) dump() { age --decrypt --identity "${AGE_KEY_FILE:?请用 AGE_KEY_FILE 指明 age 私钥文件}" "$file"; } ;;
    *) dump() { cat "$file"; } ;;
esac

echo "恢复到临时库……"
sql 'DROP DATABASE IF EXISTS bangfu_restoring'
sql 'CREATE DATABASE bangfu_restoring'
if ! dump | compose exec -T postgres pg_restore --username=bangfu --dbname=bangfu_restoring \
    --no-owner --exit-on-error --single-transaction; then
    sql 'DROP DATABASE bangfu_restoring'
    echo "没有恢复：备份文件不完整或打不开。现在的库没有动。" >&2
    exit 1
fi

echo "停下服务，换上恢复的库……"
aside=bangfu_before_$(date +%Y%m%d_%H%M%S)
compose stop bot-a bot-b worker
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('bangfu', 'bangfu_restoring')" >/dev/null
sql "ALTER DATABASE bangfu RENAME TO $aside"
sql 'ALTER DATABASE bangfu_restoring RENAME TO bangfu'
# An old backup may lack newer migrations; the one-shot service brings them.
compose up --detach

echo "恢复好了。原来的库留在 $aside，确认无误后再删："
echo "  docker compose -f deploy/compose.yaml exec postgres dropdb --username=bangfu $aside"
