"""Where the numbers of each format's header stand, in the words of its specification.

Each list is 'name:bytes' in order; a name that begins with '_' is passed over."""


def fields(start, text, prefix=""):
    """[(name, offset, bytes)] of a list that begins at `start`."""
    found = []
    for word in text.split():
        name, count = word.rsplit(":", 1)
        if not name.startswith("_"):
            found.append((prefix + name, start, int(count)))
        start += int(count)
    return found


QCOW2 = fields(4, "version:4 backing_file_offset:8 backing_file_size:4 cluster_bits:4 size:8 crypt_method:4 "
    "l1_size:4 l1_table_offset:8 refcount_table_offset:8 refcount_table_clusters:4 nb_snapshots:4 "
    "snapshots_offset:8 incompatible_features:8 compatible_features:8 autoclear_features:8 refcount_order:4 "
    "header_length:4 compression_type:1")
QCOW2_VERSION_2 = QCOW2[:12]
QCOW2_SNAPSHOT = "l1_table_offset:8 l1_size:4 id_str_size:2 name_size:2 date_sec:4 date_nsec:4 " \
    "vm_clock_nsec:8 vm_state_size:4 extra_data_size:4 vm_state_size_large:8 disk_size:8 icount:8"
QCOW2_BITMAPS = "type:4 length:4 nb_bitmaps:4 reserved:4 bitmap_directory_size:8 bitmap_directory_offset:8"
QCOW2_BITMAP = "table_offset:8 table_size:4 flags:4 type:1 granularity_bits:1 name_size:2 extra_data_size:4"
QCOW = fields(4, "version:4 backing_file_offset:8 backing_file_size:4 mtime:4 size:8 cluster_bits:1 "
    "l2_bits:1 padding:2 crypt_method:4 l1_table_offset:8")
QED = fields(4, "cluster_size:4 table_size:4 header_size:4 features:8 compat_features:8 autoclear_features:8 "
    "l1_table_offset:8 image_size:8 backing_filename_offset:4 backing_filename_size:4")
VDI = fields(64, "u32Signature:4 u32Version:4 cbHeader:4 u32Type:4 fFlags:4") + fields(0x154,
    "offBlocks:4 offData:4 cCylinders:4 cHeads:4 cSectors:4 cbSector:4 u32Dummy:4 cbDisk:8 cbBlock:4 "
    "cbBlockExtra:4 cBlocks:4 cBlocksAllocated:4 uuidCreate:8 _:8 uuidModify:8 _:8 uuidLinkage:8 _:8 "
    "uuidParentModify:8")
PARALLELS = fields(16, "version:4 heads:4 cylinders:4 tracks:4 bat_entries:4 nb_sectors:8 in_use:4 "
    "data_start:4 flags:4 ext_off:8")
VPC_FOOTER = "features:4 version:4 data_offset:8 timestamp:4 creator_app:4 creator_version:4 creator_os:4 " \
    "original_size:8 current_size:8 cylinders:2 heads:1 sectors:1 type:4 _checksum:4 uuid:8 _:8 saved:1"
VPC = fields(8, VPC_FOOTER) + fields(520, "data_offset:8 table_offset:8 header_version:4 max_table_entries:4 "
    "block_size:4 _checksum:4 parent_uuid:8 _:8 parent_timestamp:4", "dynamic ")
VHDX_HEADER = "_signature:4 _checksum:4 sequence_number:8 file_write_guid:8 _:8 data_write_guid:8 _:8 " \
    "log_guid:8 _:8 log_version:2 version:2 log_length:4 log_offset:8"
VHDX_REGIONS = "signature:4 _checksum:4 count:4 reserved:4 guid:16 offset:8 length:4 required:4 guid:16 " \
    "offset:8 length:4 required:4"
VHDX_ITEM = "guid:16 offset:4 length:4 flags:4 reserved:4 "
VHDX_METADATA = "signature:8 reserved:2 count:2 reserved:4 reserved:16 " + VHDX_ITEM * 5
VHDX_VALUES = "block_size:4 file_flags:4 virtual_disk_size:8 page83:16 logical_sector:4 physical_sector:4"
# qemu-img puts the metadata region at 3 MiB, its values 64 KiB behind.
VHDX = fields(64 << 10, VHDX_HEADER, "header 1 ") + fields(128 << 10, VHDX_HEADER, "header 2 ") + fields(
    192 << 10, VHDX_REGIONS, "region ") + fields(3 << 20, VHDX_METADATA, "metadata ") + fields(
    (3 << 20) + (64 << 10), VHDX_VALUES)
VMDK_SPARSE = "version:4 flags:4 capacity:8 grainSize:8 descriptorOffset:8 descriptorSize:8 numGTEsPerGT:4 " \
    "rgdOffset:8 gdOffset:8 overHead:8 uncleanShutdown:1 lineEnds:4 compressAlgorithm:2"
VMDK = fields(4, VMDK_SPARSE)
LUKS = "version:2 cipher-name:8 _:24 cipher-mode:8 _:24 hash-spec:8 _:24 payload-offset:4 key-bytes:4 " \
    "mk-digest:20 mk-digest-salt:32 mk-digest-iterations:4 uuid:40 " + " ".join(
        f"{slot}.active:4 {slot}.iterations:4 {slot}.salt:32 {slot}.key-material-offset:4 {slot}.stripes:4"
        for slot in range(8))
BOCHS_1 = fields(64, "version:4 header:4 catalog:4 bitmap:4 extent:4 disk:8")
BOCHS_2 = fields(64, "version:4 header:4 catalog:4 bitmap:4 extent:4 timestamp:4 disk:8")
CLOOP = "block_size:4 num_blocks:4 offset_0:8 offset_1:8 offset_2:8 offset_3:8 offset_4:8"
DMG = "magic:4 Version:4 HeaderSize:4 Flags:4 RunningDataForkOffset:8 DataForkOffset:8 DataForkLength:8 " \
    "RsrcForkOffset:8 RsrcForkLength:8"
