#include "explaining/archive_writer.hpp"

#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "support/error.hpp"

namespace k8s_node {

ArchiveWriter::ArchiveWriter(std::string path)
    : path_(std::move(path)),
      fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (!fd_) {
        throw system_error(errno, "create " + path_).try_this("name another file: --out FILE");
    }
    writer_.reset(archive_write_new());
    if (writer_ == nullptr) {
        throw Error("libarchive has no memory");
    }
    require(archive_write_add_filter_gzip(writer_.get()), "compress");
    require(archive_write_set_format_pax_restricted(writer_.get()), "write a tar archive to");
    require(archive_write_open_fd(writer_.get(), fd_.get()), "write");
}

ArchiveWriter::~ArchiveWriter() {
    if (fd_ && !is_finished_) {
        ::unlink(path_.c_str());
    }
}

void ArchiveWriter::release(archive* writer) {
    archive_write_free(writer);
}

void ArchiveWriter::require(int result, const std::string& attempt) {
    if (result < ARCHIVE_WARN) {
        const auto* const why = archive_error_string(writer_.get());
        throw Error(attempt + " " + path_ + ": " + (why == nullptr ? "failed" : why));
    }
}

void ArchiveWriter::add(const std::string& name, std::string_view content) {
    const CHandle<archive_entry, archive_entry_free> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0600);
    archive_entry_set_mtime(entry.get(), std::time(nullptr), 0);
    require(archive_write_header(writer_.get(), entry.get()), "add " + name + " to");
    if (!content.empty() && archive_write_data(writer_.get(), content.data(), content.size()) < 0) {
        require(ARCHIVE_FATAL, "add " + name + " to");
    }
}

void ArchiveWriter::finish() {
    require(archive_write_close(writer_.get()), "complete");
    if (::fsync(fd_.get()) < 0) {
        throw system_error(errno, "complete " + path_);
    }
    is_finished_ = true;
}

} // namespace k8s_node
