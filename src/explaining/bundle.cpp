#include "explaining/bundle.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <unistd.h>

#include <fmt/chrono.h>

#include "explaining/archive_writer.hpp"
#include "explaining/redaction.hpp"
#include "generations/generation_resource.hpp"
#include "model/node_spec.hpp"
#include "support/error.hpp"
#include "support/file_kinds.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

constexpr std::chrono::seconds patience{20}; ///< with each program
constexpr std::size_t largest_file = 4 << 20U;

/// Files that hold secrets: they stay here, and what is secret in them is taken out elsewhere.
constexpr std::array secret_places{"/etc/kubernetes", "/var/lib/kubelet/pki",
                                   "/etc/k8s-node/join.yaml", "/run/credentials"};
constexpr const char* trusted_keys = "/etc/k8s-node/trust.d"; ///< public keys
/// Directories and files that are collected.
constexpr std::array plain_places{"/etc/k8s-node/node.yaml",
                                  "/etc/k8s-node/node.d",
                                  "/etc/k8s-node/components",
                                  "/etc/k8s-node/profiles",
                                  "/etc/k8s-node/releases",
                                  "/etc/k8s-node/generations",
                                  "/etc/k8s-node/state",
                                  trusted_keys,
                                  "/etc/cni/net.d",
                                  "/etc/os-release",
                                  "/etc/resolv.conf",
                                  "/etc/hosts",
                                  "/etc/fstab",
                                  "/etc/sysctl.d",
                                  "/proc/cmdline",
                                  "/proc/meminfo",
                                  "/proc/mounts",
                                  "/proc/swaps",
                                  "/proc/pressure",
                                  "/proc/cgroups"};

/// Returns the regular files at or below a path; links are not followed out of it.
std::vector<fs::path> files_below(const fs::path& path) {
    std::vector<fs::path> files;
    std::error_code error;
    if (fs::is_directory(path, error)) {
        for (auto each = fs::recursive_directory_iterator(
                 path, fs::directory_options::skip_permission_denied, error);
             each != fs::recursive_directory_iterator(); each.increment(error)) {
            if (each->is_regular_file(error) && !each->is_symlink(error)) {
                files.push_back(each->path());
            }
        }
        std::ranges::sort(files);
    } else if (fs::is_regular_file(path, error)) {
        files.push_back(path);
    }
    return files;
}

std::string text_if_readable(const fs::path& path) {
    try {
        return read_file_if_exists(path).value_or("");
    } catch (const Error&) {
        return {}; // who may not read a secret cannot tell it either
    }
}

/// Returns the environment files that units name, as systemctl shows them: "PATH (…)".
Words environment_files(const Words& units) {
    Words files;
    if (units.empty() || !has_program("systemctl")) {
        return files;
    }
    Words argv = {"systemctl", "show", "--property=EnvironmentFiles", "--value"};
    argv.insert(argv.end(), units.begin(), units.end());
    for (const auto& line : split_lines(run_program(argv, {}, patience).output)) {
        for (const auto& word : words_of(line)) {
            if (word.starts_with("/")) {
                files.push_back(word);
            }
        }
    }
    return files;
}

/// Returns every secret that this machine keeps and this user may read.
Words known_secrets(const Root& root, const Words& units) {
    Words secrets;
    const auto add = [&](Words more) { secrets.insert(secrets.end(), more.begin(), more.end()); };
    for (const auto* place : secret_places) {
        for (const auto& file : files_below(root.at(place))) {
            add(secrets_of(text_if_readable(file)));
        }
    }
    for (const auto& file : environment_files(units)) {
        add(values_of_environment(text_if_readable(root.at(file))));
    }
    return secrets;
}

/// A private key that somebody has left beside its public one stays here.
bool is_public_key(const fs::path& file) {
    const auto name = file.filename().string();
    return name.ends_with(".pub") || name.ends_with(".pub.removed");
}

class Collector {
public:
    Collector(ArchiveWriter& archive, const Redaction& redaction)
        : archive_(archive), redaction_(redaction) {}

    void add(const std::string& name, const std::string& content) {
        archive_.add("k8s-node-support/" + name, redaction_.either(content));
        ++files_;
    }

    void add_place(const Root& root, const std::string& place) {
        for (const auto& file : files_below(root.at(place))) {
            if (place == trusted_keys && !is_public_key(file)) {
                continue;
            }
            const auto name = "/" + fs::relative(file, root.path()).string();
            try {
                add("files" + name, read_file(file).substr(0, largest_file));
            } catch (const Error& error) {
                missing_.push_back(name + ": " + error.message());
            }
        }
    }

    /// Adds what a program says, also if it fails.
    void add_answer(const std::string& name, const Words& argv) {
        try {
            const auto said = run_program(argv, {}, patience);
            add(name, said.output +
                          (said.errors.empty() ? "" : "\n--- standard error\n" + said.errors) +
                          (said.status == 0 || !said.output.empty()
                               ? ""
                               : "--- exit status " + std::to_string(said.status) + "\n"));
        } catch (const Error& error) {
            missing_.push_back(join(argv, " ") + ": " + error.message());
        }
    }

    [[nodiscard]] std::size_t files() const noexcept { return files_; }
    [[nodiscard]] const Words& missing() const noexcept { return missing_; }

private:
    ArchiveWriter& archive_;
    const Redaction& redaction_;
    std::size_t files_ = 0;
    Words missing_;
};

Words own_units(const Root& root) {
    Words units = {"k8s-node.target",
                   "k8s-node-install.service",
                   "k8s-node-renew.service",
                   "k8s-node-renew.timer",
                   "k8s-node-etcd-snapshot.service",
                   "k8s-node-rollout-turn.path",
                   "k8s-node-rollout-turn.service"};
    if (const auto manifest = installed_manifest(root)) {
        const auto more = unit_names(*manifest);
        units.insert(units.end(), more.begin(), more.end());
    }
    return units;
}

/// Adds what this program says of the node.
void ask_ourselves(Collector& collector) {
    const auto self = fs::read_symlink("/proc/self/exe").string();
    collector.add_answer("version.txt", {self, "version"});
    const std::vector<Words> verbs = {
        {"status", "--no-pod"}, {"doctor"},   {"plan"},   {"config", "show", "--origin"},
        {"generation", "list"}, {"timeline"}, {"events"}, {"certs", "list"}};
    for (const auto& verb : verbs) {
        Words argv = {self};
        argv.insert(argv.end(), verb.begin(), verb.end());
        argv.insert(argv.end(), {"-o", "json"});
        collector.add_answer(verb.front() + ".json", argv);
    }
}

void ask_systemd(Collector& collector, const Words& units) {
    collector.add_answer("systemd/units.txt",
                         {"systemctl", "list-units", "--all", "--no-pager", "--full"});
    collector.add_answer("systemd/jobs.txt", {"systemctl", "list-jobs", "--no-pager"});
    collector.add_answer("systemd/kernel.log",
                         {"journalctl", "-k", "-n", "2000", "--no-pager", "-o", "short-precise"});
    collector.add_answer("systemd/runs.log", {"journalctl", "-t", "k8s-node-install", "-n", "5000",
                                              "--no-pager", "-o", "short-precise"});
    for (const auto& unit : units) {
        collector.add_answer("units/" + unit + "/show.txt", {"systemctl", "show", unit});
        collector.add_answer("units/" + unit + "/cat.txt",
                             {"systemctl", "cat", "--no-pager", unit});
        collector.add_answer(
            "units/" + unit + "/journal.log",
            {"journalctl", "-b", "-u", unit, "-n", "2000", "--no-pager", "-o", "short-precise"});
    }
}

void ask_machine(Collector& collector) {
    const std::vector<std::pair<const char*, Words>> questions = {
        {"machine/addresses.txt", {"ip", "-details", "address"}},
        {"machine/routes.txt", {"ip", "route", "show", "table", "all"}},
        {"machine/rules.txt", {"ip", "rule"}},
        {"machine/sockets.txt", {"ss", "-tulpn"}},
        {"machine/nftables.txt", {"nft", "list", "ruleset"}},
        {"machine/iptables.txt", {"iptables-save"}},
        {"machine/disks.txt", {"df", "-h"}},
        {"machine/inodes.txt", {"df", "-i"}},
        {"machine/kernel.txt", {"uname", "-a"}},
        {"machine/clock.txt", {"timedatectl"}},
        {"machine/processes.txt", {"ps", "-eo", "pid,ppid,user,stat,rss,etime,comm"}}};
    for (const auto& [name, argv] : questions) {
        if (has_program(argv.front())) {
            collector.add_answer(name, argv);
        }
    }
}

/// Adds lists of objects, never a Secret, and no texts of pods, which have environments.
void ask_cluster(Collector& collector, const Root& root) {
    constexpr const char* kubectl = "/usr/local/bin/kubectl";
    constexpr const char* admin = "/etc/kubernetes/admin.conf";
    if (!path_exists(root.at(kubectl)) || ::access(root.at(admin).c_str(), R_OK) != 0) {
        return;
    }
    const std::vector<std::pair<const char*, Words>> lists = {
        {"cluster/nodes.yaml", {"nodes", "-o", "yaml"}},
        {"cluster/pods.txt", {"pods", "-A", "-o", "wide"}},
        {"cluster/workloads.txt", {"deployments,daemonsets,statefulsets", "-A", "-o", "wide"}},
        {"cluster/services.txt", {"services,endpointslices", "-A", "-o", "wide"}},
        {"cluster/events.txt", {"events", "-A", "--sort-by=.lastTimestamp"}},
        {"cluster/requests.txt", {"certificatesigningrequests"}},
        {"cluster/api-services.txt", {"apiservices"}}};
    for (const auto& [name, words] : lists) {
        Words argv = {kubectl, std::string("--kubeconfig=") + admin, "--request-timeout=5s", "get"};
        argv.insert(argv.end(), words.begin(), words.end());
        collector.add_answer(name, argv);
    }
}

std::string default_path() {
    std::array<char, 256> host{};
    static_cast<void>(::gethostname(host.data(), host.size() - 1));
    return fmt::format("k8s-node-support-{}-{:%Y%m%dT%H%M%S}.tar.gz", host.data(),
                       fmt::gmtime(std::chrono::system_clock::to_time_t(utc_now())));
}

} // namespace

Bundle collect_bundle(const NodeOptions& options, std::string path, EventSink& events) {
    if (path.empty()) {
        path = default_path();
    }
    const auto units = own_units(options.root);
    const Redaction redaction(known_secrets(options.root, units));
    ArchiveWriter archive(path);
    Collector collector(archive, redaction);
    for (const auto* place : plain_places) {
        collector.add_place(options.root, place);
    }
    for (const auto& unit : units) {
        collector.add_place(options.root, "/etc/systemd/system/" + unit + ".d");
    }
    if (options.root.is_host()) {
        ask_ourselves(collector);
        ask_systemd(collector, units);
        ask_machine(collector);
        ask_cluster(collector, options.root);
    }
    collector.add("missing.txt", join(collector.missing(), "\n"));
    archive.finish();
    for (const auto& each : collector.missing()) {
        events.report({Priority::notice, "not collected: " + each, {}, {}});
    }
    return {path, collector.files(), collector.missing()};
}

} // namespace k8s_node
