@node --require "%~dp0..\..\..\..\preload.mjs" "%~dp0..\..\awsPlugin.ts" %*
