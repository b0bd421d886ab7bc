#!/usr/bin/env bash
# Set up what clipstudy needs: system tools (through apt where that is possible) and .venv from requirements.lock.
# Idempotent, and quiet when all is there. On failure it says what is missing and how to get it.
set -euo pipefail
cd "$(dirname "$0")/.."

# tool to look for = Debian package that has it
TOOLS="
tesseract=tesseract-ocr
ffmpeg=ffmpeg
espeak-ng=espeak-ng
chromium=chromium
chromedriver=chromium-driver
latexmk=latexmk
pdflatex=texlive-latex-base
pdftoppm=poppler-utils
"
# file of TeX to look for = Debian package that has it
TEX_FILES="
IEEEtran.cls=texlive-publishers
microtype.sty=texlive-latex-recommended
times.sty=texlive-latex-base
ptmr8t.tfm=texlive-fonts-recommended
"

fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

missing_packages() {
    local pair
    for pair in $TOOLS; do
        command -v "${pair%%=*}" >/dev/null || echo "${pair#*=}"
    done
    for pair in $TEX_FILES; do
        kpsewhich "${pair%%=*}" >/dev/null 2>&1 || echo "${pair#*=}"
    done
}

install_packages() {
    local packages="$1" root=()
    if [ "$(id -u)" != 0 ]; then
        if sudo -n true 2>/dev/null; then root=(sudo); else root=(no); fi
    fi
    if ! command -v apt-get >/dev/null || [ "${root[*]}" = no ]; then
        fail "missing: $(echo $packages). Install them (Debian: sudo apt-get install --no-install-recommends $(echo $packages)), or make an environment that has everything: conda env create -f environment.yml && conda activate clipstudy"
    fi
    echo "setup: installing $(echo $packages)"
    "${root[@]}" apt-get update -qq
    # shellcheck disable=SC2086  # a list of names of ours
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3 python3.12; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

make_venv() {
    local python
    python=$(find_python) || fail "Python 3.11 or 3.12 with venv is needed, found: $(python3 --version 2>&1 || echo none). Debian 12 has it (python3-venv); elsewhere: conda env create -f environment.yml, or set PYTHON=/path/to/python3.11"
    echo "setup: installing the Python packages of requirements.lock into .venv"
    # a venv of another Python cannot be mended; one of this Python only takes what changed
    .venv/bin/python -c '' 2>/dev/null || rm -rf .venv
    [ -d .venv ] || "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock 2> >(grep -v '^WARNING: Location' >&2)
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . 2> >(grep -v '^WARNING: Location' >&2)
    cat requirements.lock pyproject.toml | sha256sum > .venv/made-from
}

packages=$(missing_packages | sort -u)
if [ -n "$packages" ]; then
    install_packages "$packages"
    packages=$(missing_packages | sort -u)
    [ -z "$packages" ] || fail "still missing after installation: $(echo $packages)"
fi
if command -v apt-get >/dev/null && ! find_python >/dev/null && command -v python3 >/dev/null; then
    install_packages python3-venv
fi
cat requirements.lock pyproject.toml | sha256sum | cmp -s - .venv/made-from || make_venv
