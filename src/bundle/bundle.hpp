// A file with everything that nodes need where there is no network: artifacts as upstream publishes
// them, archives of container images, and the release file that pins them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "bundle/manifest.hpp"
#include "bundle/tar_places.hpp"
#include "store/local_source.hpp"
#include "support/handle.hpp"

namespace k8s_node {

/// A bundle that is open. Its manifest was read once, and all answers come from that reading; the
/// bytes of an entry are only as good as its digest, which whoever reads them verifies.
class BundleFile final : public LocalSource {
public:
    /// Opens a bundle and compares its manifest with its entries, without reading their content.
    /// Throws Error that names the file: verification if it is damaged, cut short, no bundle, or
    /// has more or less than its manifest says; failure if it cannot be read.
    [[nodiscard]] static std::shared_ptr<const BundleFile> open(const std::filesystem::path& path);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] const BundleManifest& manifest() const noexcept { return manifest_; }
    /// Returns the manifest's own bytes, which a signature of the bundle signs: they have the
    /// digests of everything else.
    [[nodiscard]] const std::string& manifest_text() const noexcept { return manifest_text_; }

    [[nodiscard]] std::string label() const override { return "the bundle " + path_.string(); }
    /// By its digest: what it is called does not matter.
    [[nodiscard]] std::optional<LocalCopy> find(const Artifact& artifact) const override;
    [[nodiscard]] std::string absence(const Artifact& artifact) const override;

    /// Reads every entry and compares it with its digest. Returns what is wrong, a line for each
    /// entry; empty if the bundle is whole. `done` is called after each entry. Throws Cancelled.
    [[nodiscard]] std::vector<std::string>
    verify(const std::stop_token& stop, const std::function<void(const std::string&)>& done) const;

private:
    explicit BundleFile(const std::filesystem::path& path);

    void read();
    [[nodiscard]] std::string read_text(const TarPlace& place, std::uint64_t limit) const;
    void require_promised(const std::vector<TarPlace>& places);
    [[nodiscard]] std::string content_problem(const std::string& path, const Digest& digest,
                                              const std::stop_token& stop) const;

    std::filesystem::path path_;
    UniqueFd fd_;
    std::string manifest_text_;
    BundleManifest manifest_;
    std::map<std::string, TarPlace> places_; ///< by name
};

/// True if a file begins as a bundle does, whatever else is wrong with it; false for one that
/// cannot be read.
[[nodiscard]] bool is_bundle(const std::filesystem::path& path);

} // namespace k8s_node
