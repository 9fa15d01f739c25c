#include "store/tree.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <system_error>

#include "support/error.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

template <typename Iterator>
std::vector<fs::path> collect(const fs::path& directory) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (Iterator it(directory, error), end; !error && it != end; it.increment(error)) {
        paths.push_back(it->path());
    }
    if (error) {
        throw system_error(error.value(), "list " + directory.string());
    }
    return paths;
}

} // namespace

std::vector<fs::path> list_directory(const fs::path& directory) {
    auto paths = collect<fs::directory_iterator>(directory);
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::vector<fs::path> list_tree(const fs::path& directory) {
    return collect<fs::recursive_directory_iterator>(directory);
}

void make_staged_directories(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) {
        throw system_error(error.value(), "create directory " + directory.string());
    }
}

std::int64_t modification_time(const std::filesystem::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) < 0) {
        return 0;
    }
    return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

} // namespace k8s_node
