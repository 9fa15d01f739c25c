// Writes a compressed tar archive.
#pragma once

#include <string>
#include <string_view>

#include "support/handle.hpp"

struct archive;

namespace k8s_node {

/// A new file NAME.tar.gz, for root only (0600). Removes it unless finish() was called.
class ArchiveWriter {
public:
    /// Throws Error if there is a file already, or none can be made.
    explicit ArchiveWriter(std::string path);
    ArchiveWriter(const ArchiveWriter&) = delete;
    ArchiveWriter& operator=(const ArchiveWriter&) = delete;
    ArchiveWriter(ArchiveWriter&&) = delete;
    ArchiveWriter& operator=(ArchiveWriter&&) = delete;
    ~ArchiveWriter();

    /// Adds a file. Throws Error.
    void add(const std::string& name, std::string_view content);
    /// Completes the archive. Throws Error.
    void finish();

private:
    void require(int result, const std::string& attempt);
    static void release(archive* writer);

    struct Release {
        void operator()(archive* writer) const noexcept { release(writer); }
    };

    std::string path_;
    UniqueFd fd_;
    std::unique_ptr<archive, Release> writer_;
    bool is_finished_ = false;
};

} // namespace k8s_node
