@echo off
rem The web app: finds a Python; bootstrap.py does the rest.
rem Agents need a sandbox that native Windows does not have: run AutoCoder inside WSL2 (wsl --install) with start_ui.sh.
rem Here a run needs the explicit opt-in that the program asks for.
setlocal
for %%P in ("py -3" "python" "python3") do (
  %%~P -I -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
  if not errorlevel 1 (
    %%~P -I "%~dp0bootstrap.py" start_ui.py %*
    goto :done
  )
)
echo AutoCoder needs Python 3.11 or newer, and found none. 1>&2
echo Install it from https://www.python.org/downloads/ (or: winget install Python.Python.3.12), then run this again. 1>&2
exit /b 1
:done
exit /b %errorlevel%
