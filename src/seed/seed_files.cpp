#include "seed/seed_files.hpp"

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "support/files.hpp"

namespace k8s_node {

namespace {

constexpr mode_t directory_mode = 0700;
constexpr mode_t secret_mode = 0600;

/// Returns the text of a file, which a machine will accept.
std::string checked_text(const std::string& path, const JoinData& data) {
    auto text = write_join_data(data);
    Diagnostics diagnostics;
    static_cast<void>(parse_join_data(path, text, diagnostics));
    diagnostics.throw_if_any();
    return text;
}

void make_own_directory(const std::string& directory) {
    if (::mkdir(directory.c_str(), directory_mode) == 0) {
        return;
    }
    if (errno == EEXIST) {
        throw Error(directory + " exists already", ExitStatus::usage)
            .try_this("name another directory: a seed that is in use must not be replaced");
    }
    throw system_error(errno, "make the directory " + directory);
}

} // namespace

SeedFiles create_seed_files(const std::string& directory, const SeedRequest& request,
                            std::chrono::sys_seconds now) {
    const auto seed = create_seed(request, now);
    const auto path = std::filesystem::path(directory);
    SeedFiles files{path / "master.yaml", path / "worker.yaml", seed.control_plane.begins->name,
                    *seed.control_plane.begins_until};
    const auto control_plane = checked_text(files.control_plane, seed.control_plane);
    const auto worker = checked_text(files.worker, seed.worker);
    make_own_directory(directory);
    const FileAttributes ours{secret_mode, ::geteuid(), ::getegid()};
    write_file_atomically(files.control_plane, control_plane, ours);
    write_file_atomically(files.worker, worker, ours);
    return files;
}

} // namespace k8s_node
