#include "generators/publish.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>

#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node::generator {

namespace {

UniqueFd open_directory(int parent, const std::string& name) {
    UniqueFd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) {
        throw system_error(errno, "cannot open directory " + name);
    }
    return fd;
}

UniqueFd make_directory(int parent, const std::string& name) {
    if (::mkdirat(parent, name.c_str(), 0755) < 0 && errno != EEXIST) {
        throw system_error(errno, "cannot create directory " + name);
    }
    return open_directory(parent, name);
}

void write_content(int fd, std::string_view content, const std::string& name) {
    while (!content.empty()) {
        const auto count = ::write(fd, content.data(), content.size());
        if (count < 0 && errno != EINTR) {
            throw system_error(errno, "cannot write " + name);
        }
        content.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
}

bool has_same(int directory, const std::string& name, const File& file) {
    const UniqueFd fd(::openat(directory, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    std::string found(file.content.size() + 1, '\0');
    const auto count = fd ? ::read(fd.get(), found.data(), found.size()) : -1;
    return count >= 0 &&
           std::string_view(found).substr(0, static_cast<std::size_t>(count)) == file.content;
}

bool has_same(int directory, const std::string& name, const Symlink& link) {
    std::array<char, PATH_MAX> target{};
    const auto count = ::readlinkat(directory, name.c_str(), target.data(), target.size());
    return count >= 0 &&
           std::string_view(target.data(), static_cast<std::size_t>(count)) == link.target;
}

/// Returns false if the name is taken.
bool create(int directory, const std::string& name, const File& file) {
    const UniqueFd fd(::openat(directory, name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!fd && errno == EEXIST) {
        return false;
    }
    if (!fd) {
        throw system_error(errno, "cannot create " + name);
    }
    write_content(fd.get(), file.content, name);
    return true;
}

bool create(int directory, const std::string& name, const Symlink& link) {
    if (::symlinkat(link.target.c_str(), directory, name.c_str()) == 0) {
        return true;
    }
    if (errno != EEXIST) {
        throw system_error(errno, "cannot create " + name);
    }
    return false;
}

void create_or_compare(int directory, const OutputTree::Entry& entry) {
    std::visit(
        [&](const auto& content) {
            if (!create(directory, entry.name, content) &&
                !has_same(directory, entry.name, content)) {
                throw Error(entry.path() + " exists already with other content")
                    .try_this("look for another generator that writes it");
            }
        },
        entry.content);
}

} // namespace

void publish(const OutputTree& tree, const std::string& directory) {
    const UniqueFd top(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top) {
        throw system_error(errno, "cannot open directory " + directory);
    }
    with_context("writing below " + directory, [&] {
        for (const auto& entry : tree.entries()) {
            const auto place =
                entry.directory.empty() ? UniqueFd() : make_directory(top.get(), entry.directory);
            create_or_compare(place ? place.get() : top.get(), entry);
        }
    });
}

} // namespace k8s_node::generator
