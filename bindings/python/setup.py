"""Puts the native library into the wheel: one wheel for every Python of the platform."""

import os
import pathlib
import shutil
import subprocess

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # before setuptools 70
    from wheel.bdist_wheel import bdist_wheel

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def library():
    """The library to carry: the one that is named, else the release build's, made if need be."""
    named = os.environ.get("IATK_LIBRARY")
    if named:
        return pathlib.Path(named)
    subprocess.run(["make", "build"], cwd=ROOT, check=True)
    return ROOT / "build" / "release" / "lib" / "libiatk.so"


class BuildWithLibrary(build_py):
    def run(self):
        super().run()
        folder = pathlib.Path(self.build_lib) / "aws_iatk" / "_native"
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


class WithLibrary(Distribution):
    def has_ext_modules(self):
        return True


setup(
    cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel},
    distclass=WithLibrary,
)
