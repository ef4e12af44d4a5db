@node "%~dp0..\..\randomPlugin.ts" %*
