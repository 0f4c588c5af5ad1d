@echo off
if not exist "0-N4" mkdir "0-N4"
ffmpeg -nostdin -i "0-N4/03 - It s 5 _x_ y [1080P60 AVC].video.mp4" -i "0-N4/03 - It s 5 _x_ y [1080P60 AVC].audio.m4a" -map 0:v -map 1:a -c copy "0-N4/03 - It s 5 _x_ y [1080P60 AVC].mp4"
ffmpeg -nostdin -i "0-N4/04 - Hi-Res [1080P60 AVC].video.mp4" -i "0-N4/04 - Hi-Res [1080P60 AVC].audio.m4a" -map 0:v -map 1:a -c copy "0-N4/04 - Hi-Res [1080P60 AVC].mkv"
