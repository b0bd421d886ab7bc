#!/usr/bin/env bash
# Set up what clipstudy needs: system tools (through apt where that is possible) and .venv from requirements.lock.
# With the argument `tests`, what only the tests need, too. Idempotent, and quiet when all is there. On failure it says
# what is missing and how to get it.
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
# the same for tests: a server that ssh:// remotes are tried on, in folders that can be mounted and filled
TEST_TOOLS="
sshd=openssh-server
unshare=util-linux
mount=mount
"
# file of TeX to look for = Debian package that has it
TEX_FILES="
IEEEtran.cls=texlive-publishers
microtype.sty=texlive-latex-recommended
times.sty=texlive-latex-base
ptmr8t.tfm=texlive-fonts-recommended
"

LEAST_KILOBYTES=10000 # of free space, below which not even a log could be kept

[ "${1:-}" != tests ] || TOOLS="$TOOLS$TEST_TOOLS"

fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

check_folder() {
    [ -w . ] || fail "$PWD cannot be written: mount it writable, or work on a copy of your own"
    [ "$(df -Pk . | awk 'NR == 2 { print $4 }')" -ge "$LEAST_KILOBYTES" ] ||
        fail "no space is left on the disk of $PWD: make room there, or move the repository to a larger disk"
}

missing_packages() {
    local pair
    for pair in $TOOLS; do
        # servers are not on the path of an ordinary user
        PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%=*}" >/dev/null || echo "${pair#*=}"
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
        fail "missing: $(echo $packages). Install them (Debian: sudo apt-get install --no-install-recommends $(echo $packages)), or take most of them from conda, which has neither Chromium nor the packages of LaTeX: conda env create -f environment.yml && conda activate clipstudy"
    fi
    echo "setup: installing $(echo $packages)"
    # a server that is there for tests must not start to serve this machine
    if [ -d /run/systemd/system ] && [[ " $(echo $packages) " = *" openssh-server "* ]]; then
        "${root[@]}" systemctl mask ssh.service ssh.socket
        echo "setup: openssh-server will not be started; to use it beyond tests: systemctl unmask ssh.service ssh.socket"
    fi
    "${root[@]}" apt-get update -qq ||
        fail "apt-get cannot reach its package lists (see above). Go online, or install yourself: $(echo $packages)"
    # shellcheck disable=SC2086  # a list of names of ours
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null ||
        fail "apt-get cannot install $(echo $packages) (see above). Mend that, or install them yourself"
}

is_right_python() { # <python> <modules that it must have>
    "$1" -c "import sys, $2; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))" 2>/dev/null
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3 python3.12; do
        if [ -n "$candidate" ] && is_right_python "$candidate" "venv, ensurepip"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

install_python() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@" ||
        fail "the Python packages cannot be installed (see above). Go online or set PIP_INDEX_URL to a mirror, make room on the disk, and run again: what is installed is kept"
}

make_venv() {
    local python
    python=$(find_python) || fail "Python 3.11 or 3.12 with venv is needed, found: $(python3 --version 2>&1 || echo none). Debian 12 has it (python3-venv); elsewhere: conda env create -f environment.yml, or set PYTHON=/path/to/python3.11"
    echo "setup: installing the Python packages of requirements.lock into .venv"
    # a venv of another Python cannot be mended; one of this Python only takes what changed
    is_right_python .venv/bin/python pip || rm -rf .venv
    [ -d .venv ] || "$python" -m venv .venv
    install_python --require-hashes -r requirements.lock
    install_python --no-deps --no-build-isolation --editable .
    cat requirements.lock pyproject.toml | sha256sum > .venv/made-from
}

check_folder
packages=$(missing_packages | sort -u)
if [ -n "$packages" ]; then
    install_packages "$packages"
    packages=$(missing_packages | sort -u)
    [ -z "$packages" ] || fail "still missing after installation: $(echo $packages)"
fi
if command -v apt-get >/dev/null && ! find_python >/dev/null && is_right_python python3 os; then
    install_packages python3-venv
fi
cat requirements.lock pyproject.toml | sha256sum | cmp -s - .venv/made-from || make_venv
