#include "etcd/snapshot.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/etcd_version.hpp"
#include "model/node_spec.hpp"
#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr const char* endpoint = "https://127.0.0.1:2379";
constexpr const char* pki = "/etc/kubernetes/pki/etcd/";
constexpr const char* database = "/var/lib/etcd/member/snap/db";
/// Enough for gigabytes on a slow disk; etcdctl gives up sooner if the server does not answer.
constexpr auto save_deadline = std::chrono::minutes(5);

/// etcdutl works on files as etcdctl does on servers.
fs::path file_tool(const fs::path& entry) {
    return entry / "bin/etcdutl";
}

std::string run(const std::vector<std::string>& argv, const std::string& what) {
    const auto result = run_program(argv, {}, save_deadline);
    if (result.status != 0) {
        Error error("could not " + what + ": " + fs::path(argv.front()).filename().string() +
                    " exited " + std::to_string(result.status));
        for (const auto& line : split_lines(result.errors)) {
            error.with_detail(line);
        }
        throw error.try_this("check that etcd works (systemctl status etcd) and that there is "
                             "space in " +
                             std::string(paths::snapshots));
    }
    return result.output;
}

void save(const fs::path& entry, const fs::path& to) {
    run({entry / "bin/etcdctl", std::string("--endpoints=") + endpoint,
         std::string("--cacert=") + pki + "ca.crt",
         std::string("--cert=") + pki + "healthcheck-client.crt",
         std::string("--key=") + pki + "healthcheck-client.key", "snapshot", "save", to},
        "save a snapshot of etcd");
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
}

/// Reads the file back and returns its revision. Throws Error if it is not a complete snapshot.
std::int64_t verify(const fs::path& entry, const fs::path& file) {
    const auto told = run({file_tool(entry), "snapshot", "status", file, "--write-out=json"},
                          "read back the snapshot of etcd");
    const auto status = nlohmann::json::parse(told, nullptr, /*allow_exceptions=*/false);
    if (!status.is_object() || status.value("totalKey", 0) == 0) {
        throw Error("the snapshot of etcd is empty: " + std::string(trim(told)));
    }
    return status.value("revision", std::int64_t{0});
}

void remove_old(const fs::path& directory) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.path().extension() == ".db") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end()); // by time, which their names begin with
    for (std::size_t i = 0; i + snapshots_kept < files.size(); ++i) {
        fs::remove(files[i]);
    }
}

/// Returns the flags that identify this member, from its unit: a restored member must have the
/// same.
std::string member_flags(const Generation& current) {
    std::string out;
    const auto unit = current.files.find("units/etcd.service");
    const auto text = unit == current.files.end() ? std::string() : unit->second;
    for (const auto& word : split(replace_all(text, "\n", " "), ' ')) {
        for (const auto* flag :
             {"--name=", "--initial-cluster=", "--initial-advertise-peer-urls="}) {
            out += word.starts_with(flag) ? " " + word : "";
        }
    }
    return out;
}

std::string restore_text(const fs::path& entry, const fs::path& file, const Generation& current) {
    // Clients that watch the API server, on any node, hold newer revisions than the snapshot: a
    // revision above all of those, with the older ones compacted, makes them list anew (etcdutl
    // snapshot restore --help).
    return "systemctl stop k8s-node.target kube-apiserver etcd && mv /var/lib/etcd "
           "/var/lib/etcd.before && " +
           file_tool(entry).string() + " snapshot restore " + file.string() +
           " --bump-revision=1000000000 --mark-compacted --data-dir=/var/lib/etcd" +
           member_flags(current) +
           " && chown -R etcd: /var/lib/etcd && systemctl start k8s-node.target";
}

} // namespace

std::uint64_t snapshot_bytes(const Root& root) {
    std::error_code error;
    const auto size = fs::file_size(root.at(database), error);
    return error ? 0 : size;
}

Snapshot take_snapshot(const Root& root, const Generation& current, int generation) {
    const auto entry = etcd_entry(current.manifest);
    if (!entry) {
        throw Error("the current generation has no etcd to take a snapshot of");
    }
    const auto directory = root.at(paths::snapshots);
    make_directories(directory.parent_path());
    make_directories(directory, 0700);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto file = directory / (replace_all(utc_text(now), ":", "") + "-generation-" +
                                   std::to_string(generation) + ".db");
    Snapshot snapshot;
    try {
        save(*entry, file);
        snapshot.revision = verify(*entry, file);
    } catch (...) {
        std::error_code ignored;
        fs::remove(file, ignored);
        fs::remove(file.string() + ".part", ignored);
        throw;
    }
    sync_directory(directory);
    remove_old(directory);
    snapshot.path = file;
    snapshot.bytes = fs::file_size(file);
    snapshot.restore = restore_text(*entry, file, current);
    return snapshot;
}

} // namespace k8s_node
