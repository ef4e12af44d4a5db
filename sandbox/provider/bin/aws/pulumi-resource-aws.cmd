@node "%~dp0..\..\awsPlugin.ts" %*
