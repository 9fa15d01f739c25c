#include "host/preflight.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "host/checks.hpp"
#include "host/nearest_existing.hpp"
#include "support/error.hpp"
#include "support/file_kinds.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace fs = std::filesystem;

namespace {

/// The directories of units that a person or package wrote. Ours are only in the generator's
/// directory, which is not among them.
constexpr std::array unit_directories{"/etc/systemd/system", "/run/systemd/system",
                                      "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
                                      "/lib/systemd/system"};

bool is_executable(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

/// Returns the existing ones, each once: /lib may be a link to /usr/lib.
std::vector<fs::path> existing_unit_directories(const Root& root) {
    std::vector<fs::path> found;
    std::set<fs::path> known;
    for (const auto* directory : unit_directories) {
        std::error_code error;
        const auto real = fs::canonical(root.at(directory), error);
        if (error && !is_missing(error)) {
            throw system_error(error.value(), "inspect " + root.at(directory).string());
        }
        if (!error && known.insert(real).second) {
            found.emplace_back(directory);
        }
    }
    return found;
}

bool is_masked(const fs::path& path) {
    std::error_code ignored;
    return fs::read_symlink(path, ignored) == "/dev/null";
}

std::vector<UnitFileSeen> observe_unit_files(const Root& root,
                                             const std::vector<std::string>& units) {
    std::vector<UnitFileSeen> seen;
    for (const auto& directory : existing_unit_directories(root)) {
        for (const auto& unit : units) {
            const auto path = directory / unit;
            if (attributes_of(root.at(path))) {
                seen.push_back({unit, path.string(), is_masked(root.at(path))});
            }
        }
    }
    return seen;
}

constexpr const char* kubeadm_drop_in = "10-kubeadm.conf";

/// Returns drop-ins that systemd would read, except that of kubeadm's package, which is reported
/// with kubeadm's other files.
std::vector<DropInSeen> observe_drop_ins(const Root& root, const std::vector<std::string>& units) {
    std::vector<DropInSeen> seen;
    for (const auto& directory : existing_unit_directories(root)) {
        for (const auto& unit : units) {
            const auto place = directory / (unit + ".d");
            for (const auto& path : directory_entries(root.at(place))) {
                const auto name = path.filename();
                if (name.extension() == ".conf" && name != kubeadm_drop_in && !is_masked(path)) {
                    seen.push_back({unit, (place / name).string()});
                }
            }
        }
    }
    std::ranges::sort(seen, {}, &DropInSeen::path);
    return seen;
}

/// Runs `look` at a place; what cannot be looked at may be what the others are, so it counts.
template <typename Look>
void look_at(const std::string& path, std::vector<FileSeen>& seen, Look look) {
    try {
        look();
    } catch (const Error& error) {
        seen.push_back({path, error.message()});
    }
}

/// Returns kubeadm's static pods, kubelet configuration and the drop-in of its package.
std::vector<FileSeen> observe_kubeadm_files(const Root& root) {
    std::vector<FileSeen> found;
    const std::string manifests = "/etc/kubernetes/manifests";
    look_at(manifests, found, [&] {
        for (const auto& path : directory_entries(root.at(manifests))) {
            if (path.extension() == ".yaml") {
                found.push_back({manifests + "/" + path.filename().string(), {}});
            }
        }
    });
    std::ranges::sort(found, {}, &FileSeen::path);
    for (const auto* path : {"/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/config.yaml",
                             "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
                             "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf"}) {
        look_at(path, found, [&] {
            if (attributes_of(root.at(path))) {
                found.push_back({path, {}});
            }
        });
    }
    return found;
}

/// True if services find the program: searches systemd's PATH, not the caller's.
bool find_in_path(const Root& root, const std::string& program) {
    constexpr std::array directories{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                     "/usr/bin",        "/sbin",          "/bin"};
    return std::ranges::any_of(directories, [&](const auto* directory) {
        return is_executable(root.at(fs::path(directory) / program));
    });
}

/// True if a module index names this module; file names may have '-' for '_'.
bool index_names(const fs::path& index, const std::string& module) {
    const auto text = replace_all(read_file_if_exists(index).value_or(""), "-", "_");
    return text.find("/" + module + ".ko") != std::string::npos;
}

ModuleState observe_module(const Root& root, const std::string& name, const std::string& release) {
    const auto module = replace_all(name, "-", "_");
    const auto filesystems = read_file_if_exists(root.at("/proc/filesystems")).value_or("");
    const auto known = split_lines(filesystems);
    if (attributes_of(root.at("/sys/module/" + module)) ||
        std::ranges::find(known, "nodev\t" + module) != known.end() ||
        (module == "br_netfilter" && attributes_of(root.at("/proc/sys/net/bridge")))) {
        return ModuleState::present;
    }
    const auto directory = root.at("/lib/modules/" + release);
    if (index_names(directory / "modules.builtin", module)) {
        return ModuleState::present;
    }
    if (index_names(directory / "modules.dep", module)) {
        return ModuleState::loadable;
    }
    return attributes_of(directory / "modules.dep") ? ModuleState::missing : ModuleState::unknown;
}

DiskSeen observe_disk(const Root& root, const DiskNeed& need) {
    const auto path = nearest_existing(root.at(need.path));
    struct stat status {};
    struct statvfs room {};
    if (::stat(path.c_str(), &status) < 0 || ::statvfs(path.c_str(), &room) < 0) {
        throw system_error(errno, "inspect the file system of " + path.string());
    }
    return {need, status.st_dev, std::uint64_t{room.f_bavail} * room.f_frsize};
}

/// Returns the newest of our files and of the two from which systemd derives the earliest
/// possible time. Ignores missing ones.
DatedFile observe_newest(const Root& root, std::vector<std::string> paths) {
    paths.insert(paths.end(), {"/usr/lib/clock-epoch", "/var/lib/systemd/timesync/clock"});
    DatedFile newest;
    for (const auto& path : paths) {
        struct stat status {};
        if (::stat(root.at(path).c_str(), &status) == 0 && status.st_mtime > newest.written) {
            newest = {path, status.st_mtime};
        }
    }
    return newest;
}

} // namespace

Findings look_at_machine(const PreflightInput& input, const Facts& facts, const Root& root) {
    Findings findings = check_root(::geteuid());
    append(findings, check_systemd(facts.systemd_booted));
    append(findings, check_node_name(input.node_name));
    append(findings, check_address(input.node_address, facts));
    const auto routes = input.networks.empty() ? std::vector<Route>() : observe_routes(root);
    for (const auto& claim : input.networks) {
        append(findings, check_network(claim, facts.addresses, routes, input.our_interfaces));
    }
    append(findings, check_clock(std::time(nullptr), observe_newest(root, input.dated_files)));
    append(findings, check_size(input.control_plane, facts));
    append(findings, check_swap(facts.swap_on, input.swap));
    append(findings, check_cgroups(facts.cgroup, input.kubelet));
    return findings;
}

Findings look_for_leftovers(const PreflightInput& input, const Root& root) {
    Findings findings;
    for (const auto& seen : observe_ports(root, input.ports)) {
        append(findings, check_port(seen, input.our_units));
    }
    append(findings, check_unit_files(observe_unit_files(root, input.our_units)));
    append(findings, check_drop_ins(observe_drop_ins(root, input.new_units)));
    append(findings, check_kubeadm_files(observe_kubeadm_files(root), input.our_files));
    append(findings, check_data(find_foreign_data(root, input.cleanup, input.known_data)));
    return findings;
}

Findings look_for_needs(const PreflightInput& input, const Facts& facts, const Root& root) {
    Findings findings;
    for (const auto& program : input.executables) {
        append(findings, check_executable(program, find_in_path(root, program)));
    }
    for (const auto& module : input.kernel_modules) {
        append(findings,
               check_kernel_module(module, observe_module(root, module, facts.kernel_release)));
    }
    std::vector<DiskSeen> disks;
    for (const auto& need : input.disks) {
        disks.push_back(observe_disk(root, need));
    }
    append(findings, check_disks(disks));
    if (!input.generator.empty()) {
        append(findings, check_generator(input.generator, is_executable(root.at(input.generator))));
    }
    return findings;
}

Findings run_preflight(const PreflightInput& input, const Facts& facts, const Root& root) {
    auto findings = look_at_machine(input, facts, root);
    append(findings, look_for_leftovers(input, root));
    append(findings, look_for_needs(input, facts, root));
    soften(findings, input.ignored);
    return findings;
}

} // namespace k8s_node::host
