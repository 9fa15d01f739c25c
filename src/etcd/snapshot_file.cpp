#include "etcd/snapshot_file.hpp"

#include <array>
#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <span>

#include <nlohmann/json.hpp>

#include "loop/program_run.hpp"
#include "loop/worker.hpp"
#include "store/hasher.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Enough for gigabytes on a slow disk; etcdctl gives up sooner if the server does not answer.
constexpr auto deadline = std::chrono::minutes(5);
constexpr const char* file_tool = "etcdutl";

/// The database has pages, and the checksum follows them.
constexpr std::uint64_t page_part = 512;
constexpr std::uint64_t checksum_bytes = 32;

Error no_snapshot(const fs::path& file, const std::string& why) {
    return Error(file.string() + " is no snapshot that can be restored: " + why,
                 ExitStatus::verification)
        .try_this("use one that was saved by k8s-node-install upgrade or etcdctl snapshot save, "
                  "and compare it with where it was copied from");
}

std::string hexadecimal(std::span<const char> bytes) {
    std::string text;
    for (const char byte : bytes) {
        constexpr const char* digits = "0123456789abcdef";
        const auto value = static_cast<unsigned char>(byte);
        text += digits[value / 16];
        text += digits[value % 16];
    }
    return text;
}

/// True if the last bytes are the digest of all before them.
bool has_right_checksum(const fs::path& file, std::uint64_t bytes, const std::stop_token& end) {
    std::ifstream in(file, std::ios::binary);
    Hasher hasher(HashAlgorithm::sha256);
    std::array<char, 65536> piece{};
    auto left = bytes - checksum_bytes;
    while (left > 0 && !end.stop_requested()) {
        const auto wanted =
            static_cast<std::streamsize>(std::min<std::uint64_t>(left, piece.size()));
        if (!in.read(piece.data(), wanted)) {
            return false;
        }
        hasher.update(std::as_bytes(std::span(piece.data(), static_cast<std::size_t>(wanted))));
        left -= static_cast<std::uint64_t>(wanted);
    }
    std::array<char, checksum_bytes> written{};
    return in.read(written.data(), written.size()) && hexadecimal(written) == hasher.hex();
}

} // namespace

std::string run_etcd_tool(const EtcdMember& etcd, const std::string& tool,
                          const std::vector<std::string>& arguments, const std::string& what,
                          EventLoop& loop) {
    std::vector<std::string> argv{etcd.tools + "/" + tool};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    auto result = run_program(loop, argv, deadline);
    if (result.status != 0) {
        Error error("could not " + what + ": " + tool + " exited " + std::to_string(result.status));
        for (const auto& line : split_lines(result.errors)) {
            error.with_detail(line);
        }
        throw error;
    }
    return std::move(result.output);
}

SnapshotFile read_snapshot(const EtcdMember& etcd, const fs::path& file, EventLoop& loop) {
    const auto told =
        run_etcd_tool(etcd, file_tool, {"snapshot", "status", file.string(), "--write-out=json"},
                      "read the database " + file.string(), loop);
    const auto status = nlohmann::json::parse(told, nullptr, /*allow_exceptions=*/false);
    if (!status.is_object()) {
        throw Error("etcdutl says nothing about " + file.string() +
                    " that is understood: " + std::string(trim(told)));
    }
    return {status.value("revision", std::int64_t{0}), status.value("totalKey", std::uint64_t{0}),
            fs::file_size(file)};
}

SnapshotFile verify_snapshot(const EtcdMember& etcd, const fs::path& file, EventLoop& loop) {
    std::error_code error;
    const auto bytes = fs::file_size(file, error);
    if (error) {
        throw no_snapshot(file, error.message());
    }
    if (bytes % page_part != checksum_bytes) {
        throw no_snapshot(file, "it has no checksum at its end, so it is not complete or not made "
                                "by etcdctl");
    }
    bool is_right = false;
    run_in_worker(
        loop, [&](const std::stop_token& end) { is_right = has_right_checksum(file, bytes, end); });
    if (!is_right) {
        throw no_snapshot(file, "its checksum is wrong");
    }
    try {
        const auto snapshot = read_snapshot(etcd, file, loop);
        if (snapshot.keys == 0) {
            throw no_snapshot(file, "it is empty");
        }
        return snapshot;
    } catch (const Error& refusal) {
        if (refusal.status() == ExitStatus::verification) {
            throw;
        }
        auto wrong = no_snapshot(file, refusal.message());
        for (const auto& line : refusal.details()) {
            wrong.with_detail(line);
        }
        throw wrong;
    }
}

std::int64_t bump_beyond(std::int64_t newest, std::int64_t snapshot) {
    return revision_bump + (newest > snapshot ? newest - snapshot : 0);
}

void restore_snapshot(const EtcdMember& etcd, const fs::path& file, const fs::path& directory,
                      std::int64_t bump, const std::string& token, EventLoop& loop) {
    std::vector<std::string> arguments{"snapshot",
                                       "restore",
                                       file.string(),
                                       "--bump-revision=" + std::to_string(bump),
                                       "--mark-compacted",
                                       "--data-dir=" + directory.string(),
                                       "--initial-cluster-token=" + token};
    arguments.insert(arguments.end(), etcd.identity.begin(), etcd.identity.end());
    run_etcd_tool(etcd, file_tool, arguments, "restore the snapshot " + file.string(), loop);
}

} // namespace k8s_node
