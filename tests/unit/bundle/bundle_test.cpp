#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>

#include "bundle/bundle.hpp"
#include "bundle/create.hpp"
#include "bundle/difference.hpp"
#include "bundle/write.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "unit/store/test_artifacts.hpp"

namespace k8s_node {
namespace {

using k8s_node::testing::digest_of;
using k8s_node::testing::make_tar;
using k8s_node::testing::noise;
using k8s_node::testing::TestMember;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* downloads = ".node.bundle.k8s-node-downloads";

using Entries = std::vector<std::pair<std::string, std::string>>;

std::string tar_of(const Entries& entries) {
    std::string out(1U << 20U, '\0');
    std::size_t used = 0;
    const CHandle<archive, archive_write_free> writer(archive_write_new());
    archive_write_set_format_ustar(writer.get());
    archive_write_open_memory(writer.get(), out.data(), out.size(), &used);
    for (const auto& [name, content] : entries) {
        const CHandle<archive_entry, archive_entry_free> entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0644);
        archive_write_header(writer.get(), entry.get());
        archive_write_data(writer.get(), content.data(), content.size());
    }
    archive_write_close(writer.get());
    out.resize(used);
    return out;
}

/// The entries of a bundle with this manifest.
Entries with_manifest(const std::string& manifest, Entries entries) {
    const auto sum = digest_of(manifest).hex() + "  manifest.json\n";
    entries.insert(entries.begin(), {{"manifest.json", manifest}, {"manifest.json.sha256", sum}});
    return entries;
}

BundledArtifact item(const std::string& name, std::string_view content) {
    const auto url = "https://up.example/" + name;
    return {name, "1.2.3", {"amd64"}, url, digest_of(content), bundle_path(url), content.size()};
}

BundleManifest manifest_of(std::vector<BundledArtifact> artifacts) {
    return {"1.36.5", "release: 1.36.5\n", {"master"}, std::move(artifacts), {}};
}

class BundleTest : public k8s_node::testing::StoreTest {
protected:
    /// A bundle of three artifacts, which the mirror offers.
    std::filesystem::path create(const std::string& name = "node.bundle") {
        BundleContent content{"1.36.5", "release: 1.36.5\n", {"worker", "master"}, {}, {}};
        for (const auto& artifact : {runc_, tools_, shim_}) {
            content.artifacts.push_back({artifact, "amd64"});
        }
        const auto path = temp.path() / name;
        create_bundle(path, content, options, observer, loop);
        return path;
    }
    std::filesystem::path write(const std::string& bytes) {
        const auto path = temp.path() / "other.bundle";
        temp.write("/other.bundle", bytes);
        return path;
    }
    std::filesystem::path write(const Entries& entries) { return write(tar_of(entries)); }

    static Error refusal(const std::filesystem::path& path) {
        try {
            static_cast<void>(BundleFile::open(path));
        } catch (const Error& error) {
            EXPECT_THAT(error.message(), HasSubstr(path.string()));
            EXPECT_NE(error.hint(), "");
            return error;
        }
        ADD_FAILURE() << "the bundle was not refused";
        return Error("");
    }
    static std::string damage(const std::filesystem::path& path) {
        const auto error = refusal(path);
        EXPECT_EQ(error.status(), ExitStatus::verification);
        return error.message();
    }
    void use(const std::filesystem::path& path) {
        options.local = BundleFile::open(path);
        options.mirrors.clear();
    }

    Artifact runc_ = offer("runc", noise(700'000, 1));
    Artifact shim_ = offer("shim", noise(1000, 2));
    Artifact tools_ =
        offer_tar(std::vector{TestMember{"bin/tool", "a tool"}}, {{"bin/tool", "bin/tool"}});
};

TEST_F(BundleTest, HasTheSameBytesWhateverTheOrderOfItsParts) {
    const auto first = read_file(create("first"));
    std::swap(runc_, shim_);
    EXPECT_EQ(read_file(create("second")), first);
}

TEST_F(BundleTest, BeginsWithItsManifestAndHasFilesWhereAMirrorHasThem) {
    const auto path = create();
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::vector<std::string> names;
    for (const auto& place : tar_places(fd.get())) {
        names.push_back(place.name);
    }
    EXPECT_THAT(names, ElementsAre("manifest.json", "manifest.json.sha256", "up.example/runc",
                                   "up.example/shim", "up.example/tools.tar"));
}

TEST_F(BundleTest, LeavesNothingBesideItself) {
    const auto path = create();
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(temp.path())) {
        names.push_back(entry.path().filename());
    }
    EXPECT_THAT(names, UnorderedElementsAre("node.bundle", "mirror"));
    EXPECT_TRUE(is_bundle(path));
}

TEST_F(BundleTest, IsNotCreatedOfADownloadThatIsNotThePinnedOne) {
    temp.write("/mirror/up.example/shim", "something else");
    EXPECT_THROW(create(), Error);
    EXPECT_FALSE(path_exists(temp.path() / "node.bundle"));
    EXPECT_FALSE(path_exists(temp.path() / downloads));
}

TEST_F(BundleTest, DownloadsOfAKilledRunAreRemoved) {
    temp.write("/" + std::string(downloads) + "/0", "half");
    EXPECT_TRUE(is_bundle(create()));
    EXPECT_FALSE(path_exists(temp.path() / downloads));
}

TEST_F(BundleTest, ADirectoryOfSomebodyElseIsLeftAlone) {
    const auto file = temp.path() / downloads / "thesis";
    temp.write("/" + std::string(downloads) + "/thesis", "years");
    EXPECT_THROW(create(), Error);
    EXPECT_EQ(read_file(file), "years");
    EXPECT_FALSE(path_exists(temp.path() / "node.bundle"));
}

TEST_F(BundleTest, AStoreIsFilledFromItWithoutAMirror) {
    const auto path = create();
    observer.urls.clear();
    use(path);
    std::filesystem::remove_all(mirror);
    fetch({runc_, shim_, tools_});
    EXPECT_EQ(content(runc_, "bin/runc"), noise(700'000, 1));
    EXPECT_EQ(content(tools_, "bin/tool"), "a tool");
    EXPECT_THAT(observer.urls, Contains(path.string() + ": up.example/runc"));
    EXPECT_THAT(store.verify(), IsEmpty());
    EXPECT_THAT(BundleFile::open(path)->verify({}, [](const std::string&) {}), IsEmpty())
        << "nothing was taken out of it";
}

TEST_F(BundleTest, WhatItLacksComesFromAMirrorIfThereIsOne) {
    const auto path = create();
    const auto other = offer("other", "not in the bundle");
    options.local = BundleFile::open(path);
    fetch(other);
    EXPECT_EQ(content(other, "bin/other"), "not in the bundle");
}

TEST_F(BundleTest, WhatItLacksIsNotFetchedFromUpstream) {
    use(create());
    auto other = shim_;
    other.digest = digest_of("for another architecture");
    const auto error = fetch_error(other);
    EXPECT_EQ(error.status(), ExitStatus::verification);
    EXPECT_THAT(error.message(),
                AllOf(HasSubstr("node.bundle"), HasSubstr("only 1.2.3 for amd64")));
}

TEST_F(BundleTest, ADamagedEntryIsFoundAndNothingOfItIsPublished) {
    const auto path = create();
    auto bytes = read_file(path);
    bytes[bytes.find(noise(1000, 2)) + 500] ^= 1;
    const auto damaged = write(bytes);
    EXPECT_THAT(BundleFile::open(damaged)->verify({}, [](const std::string&) {}),
                ElementsAre(HasSubstr("up.example/shim is damaged")));
    use(damaged);
    const auto error = fetch_error(shim_);
    EXPECT_EQ(error.status(), ExitStatus::verification);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("up.example/shim"), HasSubstr("digest mismatch")));
}

TEST_F(BundleTest, WhereverItIsCutShortThatIsSaid) {
    const auto path = create();
    const auto bytes = read_file(path);
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const auto last = tar_places(fd.get()).back();
    const auto end = last.offset + last.size; // padding and the end mark follow
    for (std::size_t size = 0; size < end; size += 20'011) {
        EXPECT_THAT(damage(write(bytes.substr(0, size))),
                    ::testing::AnyOf(HasSubstr("cut short"), HasSubstr("not a bundle")))
            << size;
    }
}

TEST_F(BundleTest, ADamagedManifestIsFoundWhateverTheByte) {
    const auto bytes = read_file(create());
    const auto begin = bytes.find("{\n");
    const auto end = bytes.find("}\n", bytes.find("\"images\""));
    for (auto at = begin; at < end; at += 37) {
        auto damaged = bytes;
        damaged[at] ^= 4;
        EXPECT_THAT(damage(write(damaged)), HasSubstr("its manifest is damaged")) << at;
    }
}

TEST_F(BundleTest, ADamagedHeaderIsFound) {
    auto bytes = read_file(create());
    bytes[bytes.find("up.example/runc") + 3] = 'X';
    EXPECT_THAT(damage(write(bytes)), HasSubstr("damaged"));
}

TEST_F(BundleTest, TwoEntriesOfOneNameAreRefused) {
    const auto manifest = manifest_of({item("a", "x")}).to_json();
    EXPECT_THAT(
        damage(write(with_manifest(manifest, {{"up.example/a", "x"}, {"up.example/a", "y"}}))),
        HasSubstr("two entries 'up.example/a'"));
}

TEST_F(BundleTest, AManifestThatPromisesMoreOrLessThanThereIsIsRefused) {
    const auto two = manifest_of({item("a", "x"), item("b", "y")}).to_json();
    EXPECT_THAT(damage(write(with_manifest(two, {{"up.example/a", "x"}}))),
                HasSubstr("promises 'up.example/b'"));
    EXPECT_THAT(damage(write(with_manifest(two, {{"up.example/a", "x"}, {"up.example/b", "yy"}}))),
                HasSubstr("'up.example/b' has 2 bytes instead of the promised 1"));
    const auto one = manifest_of({item("a", "x")}).to_json();
    EXPECT_THAT(damage(write(with_manifest(one, {{"up.example/a", "x"}, {"up.example/b", "y"}}))),
                HasSubstr("'up.example/b' is not in its manifest"));
}

TEST_F(BundleTest, PathsThatLeadOutOfItAreRefused) {
    const auto manifest = manifest_of({}).to_json();
    EXPECT_THAT(damage(write(with_manifest(manifest, {{"../../etc/shadow", "x"}}))),
                HasSubstr("'../../etc/shadow'"));
    auto escape = manifest_of({item("a", "x")});
    escape.artifacts[0].path = "../a";
    EXPECT_THAT(damage(write(with_manifest(escape.to_json(), {}))), HasSubstr("'../a'"));
    auto elsewhere = manifest_of({item("a", "x")});
    elsewhere.artifacts[0].path = "b";
    EXPECT_THAT(damage(write(with_manifest(elsewhere.to_json(), {{"b", "x"}}))),
                HasSubstr("where no mirror would have it"));
}

TEST_F(BundleTest, ANewerFormatIsSaidToBeOne) {
    auto manifest = manifest_of({}).to_json();
    const std::string version = "\"version\": 1";
    manifest.replace(manifest.find(version), version.size(), "\"version\": 2");
    const auto error = refusal(write(with_manifest(manifest, {})));
    EXPECT_THAT(error.message(), HasSubstr("format version 2"));
    EXPECT_THAT(error.hint(), HasSubstr("newer"));
}

TEST_F(BundleTest, WhatIsNoBundleIsSaidToBeNone) {
    EXPECT_THAT(damage(write(std::string("just a text"))), HasSubstr("not a bundle"));
    EXPECT_THAT(damage(write(std::string())), HasSubstr("not a bundle"));
    EXPECT_THAT(damage(write(make_tar(std::vector{TestMember{"bin/tool", "a tool"}}))),
                HasSubstr("not a bundle"));
    EXPECT_THAT(damage(write(Entries{{"a", "x"}, {"b", "y"}})), HasSubstr("not a bundle"));
    EXPECT_THAT(damage(write(with_manifest("{}", {}))), HasSubstr("not that of a bundle"));
    EXPECT_THAT(damage(write(with_manifest("[", {}))), HasSubstr("not JSON"));
    EXPECT_THAT(damage(temp.path()), HasSubstr("not a bundle"));
    ASSERT_EQ(::mkfifo((temp.path() / "pipe").c_str(), 0600), 0);
    EXPECT_THAT(damage(temp.path() / "pipe"), HasSubstr("not a bundle"));
    EXPECT_THROW(static_cast<void>(BundleFile::open(temp.path() / "nothing")), Error);
    EXPECT_FALSE(is_bundle(temp.path() / "nothing"));
}

TEST(BundleManifest, IsReadBackAsItWasWritten) {
    auto manifest = manifest_of({item("a", "x"), item("b", "y")});
    manifest.images = {{{"localhost/web:1"}, digest_of("web"), "images/web.tar", 3}};
    EXPECT_EQ(BundleManifest::parse(manifest.to_json()), manifest);
}

TEST(BundleManifest, PathsAreThoseOfAMirror) {
    EXPECT_EQ(bundle_path("https://dl.k8s.io/v1.36.5/kubelet"), "dl.k8s.io/v1.36.5/kubelet");
    EXPECT_EQ(bundle_path("https://user:word@host:8443/a?b#c"), "host:8443/a");
}

TEST(BundledArtifacts, AFileOfAllArchitecturesIsThereOnce) {
    const Artifact artifact{"tool", "1", "https://up.example/tool", digest_of("x"), {}, "bin/tool"};
    const auto items =
        bundled_artifacts({{artifact, "arm64"}, {artifact, "amd64"}, {artifact, "arm64"}});
    ASSERT_EQ(items.size(), 1U);
    EXPECT_THAT(items[0].architectures, ElementsAre("amd64", "arm64"));
    auto other = artifact;
    other.digest = digest_of("y");
    EXPECT_THROW(static_cast<void>(bundled_artifacts({{artifact, "arm64"}, {other, "amd64"}})),
                 Error);
}

TEST(BundleDifference, NamesWhatOnlyOneHas) {
    auto before = manifest_of({item("a", "x"), item("b", "y")});
    auto after = manifest_of({item("a", "x"), item("b", "z")});
    EXPECT_THAT(bundle_difference(before, before), IsEmpty());
    EXPECT_THAT(bundle_difference(before, after),
                UnorderedElementsAre("- artifact b (amd64) 1.2.3 " + digest_of("y").text(),
                                     "+ artifact b (amd64) 1.2.3 " + digest_of("z").text()));
    after = before;
    after.release = "1.37.1";
    EXPECT_THAT(bundle_difference(before, after),
                ElementsAre("- release 1.36.5", "+ release 1.37.1"));
}

} // namespace
} // namespace k8s_node
