#!/bin/sh
# Stands for the program that reads HDF5 files and does what its second argument, the file's path, says.
case "$2" in
    exit) exit 7 ;;
    crash) kill -SEGV $$ ;;
    killed) kill -KILL $$ ;;
    silent) exec sleep 60 ;;
    # An announcement of 2^64 - 1 bytes; an answer of one byte that is none; an error without a text.
    endless) printf '\377\377\377\377\377\377\377\377' >&0 && exec sleep 60 ;;
    nonsense) printf '\001\0\0\0\0\0\0\0\007' >&0 && exec sleep 60 ;;
    wordless) printf '\002\0\0\0\0\0\0\0\0\0' >&0 && exec sleep 60 ;;
esac
