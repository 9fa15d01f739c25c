#include "bundle/write.hpp"

#include <cerrno>
#include <fcntl.h>
#include <span>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

#include "store/hasher.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// A tar file while it is being written.
class TarWriter {
public:
    explicit TarWriter(int fd) : writer_(archive_write_new()) {
        if (!writer_) {
            throw Error("cannot create a libarchive writer");
        }
        // The oldest format: its headers have no room for anything but what is set here.
        require(archive_write_set_format_ustar(writer_.get()));
        require(archive_write_add_filter_none(writer_.get()));
        require(archive_write_open_fd(writer_.get(), fd));
    }

    void begin(const std::string& name, std::uint64_t size) {
        const CHandle<archive_entry, archive_entry_free> entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0644);
        archive_entry_set_mtime(entry.get(), 0, 0);
        require(archive_write_header(writer_.get(), entry.get()));
    }

    void add(std::span<const std::byte> bytes) {
        const auto written = archive_write_data(writer_.get(), bytes.data(), bytes.size());
        if (written != static_cast<la_ssize_t>(bytes.size())) {
            throw failure();
        }
    }

    void finish() { require(archive_write_close(writer_.get())); }

private:
    void require(int result) {
        if (result != ARCHIVE_OK) {
            throw failure();
        }
    }

    [[nodiscard]] Error failure() {
        const char* const text = archive_error_string(writer_.get());
        return Error(std::string("cannot write the bundle: ") +
                     (text != nullptr ? text : "an entry is longer than promised"));
    }

    CHandle<archive, archive_write_free> writer_;
};

void add_text(TarWriter& tar, const std::string& name, const std::string& text) {
    tar.begin(name, text.size());
    tar.add(std::as_bytes(std::span(text)));
}

void add_file(TarWriter& tar, const std::string& name, std::uint64_t size, int fd) {
    tar.begin(name, size);
    std::vector<std::byte> buffer(std::size_t{1} << 20U);
    for (std::uint64_t done = 0; done < size;) {
        throw_if_interrupted();
        const auto count = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(done));
        if (count < 0 && errno != EINTR) {
            throw system_error(errno, "read " + name);
        }
        if (count == 0) {
            throw Error(name + " became shorter while the bundle was being written");
        }
        if (count > 0) {
            tar.add(std::span(buffer).first(static_cast<std::size_t>(count)));
            done += static_cast<std::uint64_t>(count);
        }
    }
}

std::string sum_of(const std::string& text) {
    Hasher hasher(HashAlgorithm::sha256);
    hasher.update(std::as_bytes(std::span(text)));
    return hasher.hex() + "  " + BundleManifest::file_name + "\n";
}

void write_entries(int fd, const BundleManifest& manifest, const EntryFiles& files) {
    TarWriter tar(fd);
    const auto text = manifest.to_json();
    add_text(tar, BundleManifest::file_name, text);
    add_text(tar, BundleManifest::sum_name, sum_of(text));
    std::map<std::string, std::uint64_t> sizes; // sorted by path
    for (const auto& artifact : manifest.artifacts) {
        sizes[artifact.path] = artifact.size;
    }
    for (const auto& image : manifest.images) {
        sizes[image.path] = image.size;
    }
    for (const auto& [path, size] : sizes) {
        add_file(tar, path, size, files.at(path));
    }
    tar.finish();
}

} // namespace

void write_bundle(const fs::path& path, const BundleManifest& manifest, const EntryFiles& files) {
    const auto unfinished = fs::path(path.string() + ".unfinished");
    const UniqueFd fd(
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!fd) {
        throw system_error(errno, "create " + unfinished.string());
    }
    ScopeExit remove([&] {
        std::error_code ignored;
        fs::remove(unfinished, ignored);
    });
    write_entries(fd.get(), manifest, files);
    if (::fsync(fd.get()) < 0) {
        throw system_error(errno, "sync " + unfinished.string());
    }
    if (::rename(unfinished.c_str(), path.c_str()) < 0) {
        throw system_error(errno, "rename " + unfinished.string() + " to " + path.string());
    }
    remove.release();
    sync_directory(fs::absolute(path).parent_path());
}

} // namespace k8s_node
