"""Puts the native library, and the libraries that it needs, into the wheel: one wheel for every
Python and every Linux with a C library as new as this one's."""

import os
import pathlib
import platform
import shutil
import subprocess
import sys

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ROOT = pathlib.Path(__file__).resolve().parent


def library():
    """The library to carry: the one that is named, else the release build's, made if need be."""
    named = os.environ.get("IATK_LIBRARY")
    if named:
        return pathlib.Path(named)
    subprocess.run(["make", "build"], cwd=ROOT, check=True)
    return ROOT / "build" / "release" / "lib" / "libiatk.so"


class BuildWithLibrary(build_py):
    def run(self):
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        # An editable installation imports the sources.
        to = ROOT / "bindings" / "python" / "src" if self.editable_mode else self.build_lib
        folder = pathlib.Path(to) / "aws_iatk" / "_native"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(library(), folder / "libiatk.so")
        subprocess.run(["strip", "--strip-unneeded", folder / "libiatk.so"], check=True)


class PlatformWheel(bdist_wheel):
    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        # The library has no part of Python in it.
        return ("py3", "none", super().get_tag()[2])

    def run(self):
        super().run()
        *_, (_, _, made) = self.distribution.dist_files
        # Adds what the library needs and every Linux does not have, and names the oldest that will do.
        major, minor = os.confstr("CS_GNU_LIBC_VERSION").split()[1].split(".")
        oldest = f"manylinux_{major}_{minor}_{platform.machine()}"
        auditwheel = [sys.executable, "-m", "auditwheel", "repair", "--plat", oldest]
        subprocess.run([*auditwheel, "--wheel-dir", self.dist_dir, made], check=True)
        os.remove(made)


class WithLibrary(Distribution):
    def has_ext_modules(self):
        return True


# Beside CMake's folders; metadata among the sources would be taken for an installed package.
BUILD = pathlib.Path("build", "python")
(ROOT / BUILD).mkdir(parents=True, exist_ok=True)
setup(
    cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel},
    distclass=WithLibrary,
    options={"build": {"build_base": str(BUILD)}, "egg_info": {"egg_base": str(BUILD)}},
)
