// A directory that goes away with the test, read-only parts too.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <string_view>

namespace k8s_node::test {

class TemporaryDirectory {
public:
    TemporaryDirectory() {
        auto name = (std::filesystem::temp_directory_path() / "k8s-node-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("mkdtemp " + name);
        }
        path_ = name;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path_, ignored)) {
            if (!entry.is_symlink(ignored) && entry.is_directory(ignored)) {
                std::filesystem::permissions(entry, std::filesystem::perms::owner_all, ignored);
            }
        }
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Writes a file given by its path from the root "/".
    void write(std::string_view absolute, std::string_view content) const {
        const auto path = path_ / std::filesystem::path(absolute).relative_path();
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << content;
    }
    void make_directory(std::string_view absolute) const {
        std::filesystem::create_directories(path_ /
                                            std::filesystem::path(absolute).relative_path());
    }

private:
    std::filesystem::path path_;
};

} // namespace k8s_node::test
