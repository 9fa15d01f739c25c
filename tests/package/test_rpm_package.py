"""The RPM spec, as far as Debian's rpm can tell (fedora.py): nothing installs the package here."""

import fedora
import pytest


@pytest.fixture(scope="module")
def rpm(tmp_path_factory):
    return fedora.build(tmp_path_factory.mktemp("rpm"))


def test_it_has_the_files_of_the_debian_package(rpm, package):
    ours = {path for path in fedora.query(rpm, "--list").split() if not path.startswith("/usr/lib/.build-id")}
    debian = {path.removesuffix(".gz").replace("vendor-completions", "site-functions")
              for path in fedora.files_of_deb(package)}

    def told(paths):
        return {path for path in paths if not path.startswith(("/usr/share/doc", "/usr/share/licenses",
                                                               "/usr/share/lintian"))}
    assert told(ours) - {"/usr/share/k8s-node", "/usr/share/k8s-node/components", "/usr/share/k8s-node/releases"} == \
        told(debian)


def test_it_requires_what_no_linker_finds(rpm):
    required = fedora.query(rpm, "--requires").splitlines()
    assert {"iptables", "nftables", "systemd >= 252", "libcurl.so.4()(64bit)", "libsystemd.so.0()(64bit)"} <= set(required)


def test_its_only_scriptlet_is_for_the_removal(rpm):
    script = fedora.query(rpm, "--scripts")
    assert [line for line in script.splitlines() if "scriptlet" in line] == [
        "preuninstall scriptlet (using /bin/sh):"]
    assert "if [ $1 -eq 0 ]" in script and "k8s-node-install reset" in script
