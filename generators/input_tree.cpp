#include "generators/input_tree.hpp"

#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>

#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node::generator {

namespace {

bool is_absent(int error_number) {
    return error_number == ENOENT || error_number == ENOTDIR;
}

std::string read_up_to(int fd, std::size_t limit, std::string_view path) {
    std::string content;
    std::array<char, 16384> buffer{};
    for (;;) {
        const auto count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw system_error(errno, "cannot read " + std::string(path));
        }
        if (count == 0) {
            return content;
        }
        content.append(buffer.data(), static_cast<std::size_t>(count));
        if (content.size() > limit) {
            throw Error(std::string(path) + " is larger than " + std::to_string(limit) + " bytes");
        }
    }
}

} // namespace

std::string InputTree::at(std::string_view path) const {
    return root_ + std::string(path);
}

std::optional<std::string> InputTree::read(std::string_view path, std::size_t limit) const {
    // O_NONBLOCK: a FIFO in the place of a file must not hold up the boot.
    const UniqueFd fd(::open(at(path).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!fd && is_absent(errno)) {
        return std::nullopt;
    }
    if (!fd) {
        throw system_error(errno, "cannot open " + std::string(path));
    }
    return read_up_to(fd.get(), limit, path);
}

std::optional<std::string> InputTree::link_target(std::string_view path) const {
    std::array<char, PATH_MAX> target{};
    const auto length = ::readlink(at(path).c_str(), target.data(), target.size());
    if (length >= 0) {
        return std::string(target.data(), static_cast<std::size_t>(length));
    }
    if (is_absent(errno)) {
        return std::nullopt;
    }
    if (errno == EINVAL) {
        throw Error(std::string(path) + " is not a symbolic link");
    }
    throw system_error(errno, "cannot read " + std::string(path));
}

bool InputTree::has_directory(std::string_view path) const {
    struct stat status {};
    return ::stat(at(path).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool InputTree::has_content(std::string_view path) const {
    struct stat status {};
    return ::stat(at(path).c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
}

std::vector<std::string> InputTree::names(std::string_view path) const {
    std::vector<std::string> out;
    const CHandle<DIR, ::closedir> directory(::opendir(at(path).c_str()));
    if (directory) {
        while (const auto* entry = ::readdir(directory.get())) {
            out.emplace_back(entry->d_name);
        }
    }
    return out;
}

} // namespace k8s_node::generator
