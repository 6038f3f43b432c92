#!/usr/bin/env bash
# 备份数据库和本县的政策目录。Writes two files a run:  deploy/backup.sh [FOLDER]     (default: backups/ beside this script)
#
# AGE_RECIPIENT=age1…  encrypts it for that age public key; its private key must not be on this machine. Do set it: identity
# and telephone numbers are sealed in the store, names and notes of visits are not.
# The keys (BANGFU_SECRET_KEYS) are never in a backup. Keep them elsewhere, on paper or offline: without them a restored
# store cannot be opened, and together with a backup they open everything.
set -euo pipefail
umask 077

KEEP_DAYS=30
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/backups}
compose() { docker compose --file "$here/compose.yaml" "$@"; }

mkdir -p "$folder"
stamp=$(date +%Y%m%d-%H%M%S)
name=bangfu-$stamp.dump
catalogue=bangfu-$stamp.catalogue.tar.gz
part=$folder/.$name.part
trap 'rm -f "$part" "$part.age" "$folder/.$catalogue.part"' EXIT

# The custom format is compressed and can be restored in part; the dump is one consistent moment while the bots go on.
compose exec -T postgres pg_dump --username=bangfu --dbname=bangfu --format=custom --no-owner >"$part"
# A dump that was cut short cannot be listed: better known today than on the day it is needed.
compose exec -T postgres pg_restore --list <"$part" >/dev/null

if [ -n "${AGE_RECIPIENT:-}" ]; then
    age --encrypt --recipient "$AGE_RECIPIENT" --output "$part.age" "$part"
    mv "$part.age" "$folder/$name.age"
    echo "已备份（加密）：$folder/$name.age"
else
    mv "$part" "$folder/$name"
    echo "已备份：$folder/$name"
    echo "没有加密：设置 AGE_RECIPIENT 后，备份文件丢了也不会泄露姓名和走访记录。" >&2
fi

# What the county's staff have added to its policies is in no store: nothing personal, so it is not encrypted.
compose exec -T worker tar -C /var/lib/bangfu -czf - catalogue >"$folder/.$catalogue.part"
mv "$folder/.$catalogue.part" "$folder/$catalogue"
echo "政策目录：$folder/$catalogue"

find "$folder" -maxdepth 1 \( -name 'bangfu-*.dump*' -o -name 'bangfu-*.catalogue.tar.gz' \) -mtime "+$KEEP_DAYS" -delete
