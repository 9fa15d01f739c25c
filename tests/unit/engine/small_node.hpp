// A node that is small and has something of every kind: it is installed into a directory.
#pragma once

#include <set>
#include <span>

#include "engine/engine.hpp"
#include "generations/ledger.hpp"
#include "store/hasher.hpp"
#include "unit/engine/fake_host.hpp"
#include "unit/engine/running_machine.hpp"

namespace k8s_node::test {

class SmallNode : public RunningMachine {
public:
    SmallNode() {
        system.store = Store(path(paths::store));
        system.fetch_options.mirrors = {"file://" + path("/mirror")};
        system.fetch_options.retry.attempts = 1;
        for (const auto* directory : {"/etc", "/opt", "/run/netns", "/var/lib", "/proc/sys/vm"}) {
            make_directories(path(directory));
        }
        write("/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
        write("/etc/group", "root:x:0:\n");
        write("/proc/sys/vm/swappiness", "60\n");
        want_program("db");
        want_program("web");
        want_files();
        want_keys();
        want_cleanup();
        generation.files["manifest.json"] = write_manifest(generation.manifest);
    }

    [[nodiscard]] Desired desired() const { return {spec, generation}; }
    void install() {
        const auto wanted = desired();
        static_cast<void>(execute(check_all(wanted, system), wanted, system));
    }
    /// What running the node leaves, and what systemd makes of our files.
    void run() {
        append("/etc/passwd", "db:x:999:999::/:/sbin/nologin\n");
        append("/etc/group", "db:x:999:\n");
        write("/proc/sys/vm/swappiness", "7\n");
        write("/var/lib/db/member/wal", "data");
        write("/var/log/db/today.log", "log");
        write("/run/netns/pod-1", "");
        host.running = {{"db (process 1)", "system.slice/db.service"},
                        {"pause (process 2)", "kubepods.slice/pod1"}};
        host.mounted = {{1, 0, "/", "ext4"}, {2, 1, path("/var/log/db/volume"), "tmpfs"}};
        host.links = {{1, "lo", "", 0}, {2, "test-cni0", "bridge", 0}, {3, "veth1", "veth", 2}};
        host.ways = {{"198.51.100.64/26", "192.0.2.11"}, {"203.0.113.0/24", "192.0.2.11"}};
        host.rules = {"iptables nat: chain KUBE-SERVICES"};
        host.tables = {"ip kube-proxy"};
        host.groups = {"/sys/fs/cgroup/kubepods.slice"};
    }
    void write(const std::string& place, const std::string& content, mode_t mode = 0644) const {
        make_directories(root().at(place).parent_path());
        write_file_atomically(root().at(place), content, {mode, 0, 0});
    }
    void append(const std::string& place, const std::string& line) const {
        write(place, read_file(path(place)) + line);
    }
    [[nodiscard]] bool exists(const std::string& place) const { return path_exists(path(place)); }

    /// Path → what is there, of everything below the root.
    [[nodiscard]] std::map<std::string, std::string> listing() const {
        namespace fs = std::filesystem;
        std::map<std::string, std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator(root().path())) {
            const auto status = entry.symlink_status();
            auto& what = found[entry.path().lexically_relative(root().path()).string()];
            what = octal_mode(attributes_of(entry.path())->mode);
            if (fs::is_symlink(status)) {
                what += " to " + fs::read_symlink(entry.path()).string();
            } else if (fs::is_regular_file(status)) {
                what += " " + read_file(entry.path());
            }
        }
        return found;
    }

    NodeSpec spec;
    Generation generation;
    FakeHost host{root()};
    const std::string file = "/etc/db.conf";
    const std::string link = "/usr/bin/db";
    const std::string certificate = "/etc/kubernetes/pki/db.crt";
    const std::string key = "/etc/kubernetes/pki/db.key";

private:
    /// A unit, and its program on the mirror.
    void want_program(const std::string& name) {
        Hasher hasher(HashAlgorithm::sha256);
        hasher.update(std::as_bytes(std::span(name)));
        const Artifact artifact{name,
                                "1",
                                "https://example.org/" + name,
                                *Digest::parse("sha256:" + hasher.hex()),
                                {},
                                "bin/" + name};
        write("/mirror/example.org/" + name, name);
        const auto entry = std::string(paths::store) + "/" + artifact.store_name();
        const auto unit = name + ".service";
        generation.manifest.units.push_back({.name = unit, .component = name});
        generation.manifest.store_entries.push_back(entry);
        generation.files["units/" + unit] = "[Service]\nExecStart=" + entry + "/bin/" + name + "\n";
        spec.artifacts.push_back(artifact);
        ServiceSpec service;
        service.component = name;
        service.unit = unit;
        spec.services.push_back(service);
    }
    void want_file(const std::string& name, const std::string& content, unsigned mode = 0644) {
        generation.manifest.host_files.push_back(name);
        if (mode != 0644) {
            generation.manifest.host_modes[name] = mode;
        }
        generation.files["host" + name] = content;
        spec.files.push_back({name, content, mode, "db"});
    }
    void want_files() {
        want_file(file, "size = 1\n", 0640);
        want_file("/etc/sysusers.d/db.conf", "u db - \"the database\"\n");
        want_file("/etc/sysctl.d/90-db.conf", "vm.swappiness = 7\n");
        generation.files["links" + link] = "/opt/db\n";
        generation.files["config/web.yaml"] = "port: 80\n";
        generation.manifest.profile = spec.profile = "single";
        generation.manifest.release = spec.release = "1.36.5";
    }
    void want_keys() {
        PkiSpec pki;
        pki.certificates.resize(2);
        pki.certificates[0].name = pki.certificates[0].common_name = "ca";
        pki.certificates[1].name = pki.certificates[1].common_name = "db";
        pki.certificates[1].authority = "ca";
        pki.certificates[1].client = true;
        spec.pki = pki;
        system.pki = Pki(pki, root());
    }
    void want_cleanup() {
        auto& cleanup = spec.cleanup;
        cleanup.paths = {"/var/log/db"};
        cleanup.data = {"/var/lib/db"};
        cleanup.interfaces = {"test-cni0"};
        cleanup.routes = {"198.51.100.0/24"};
        cleanup.network_namespaces = {"pod-*"};
        cleanup.firewall_chains = {"KUBE-*"};
        cleanup.nftables_tables = {"kube-proxy"};
        cleanup.cgroups = {"kubepods.slice"};
    }
};

} // namespace k8s_node::test
