/// What libvirt 9.0.0 wrote on Debian 12, shortened to what matters and with the paths changed.
enum RealXML {
  /// `/etc/libvirt/storage/NAME.xml` of a directory pool.
  static let pool = """
    <!--
    WARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE
    OVERWRITTEN AND LOST. Changes to this xml configuration should be made using:
      virsh pool-edit images
    or other application using the libvirt API.
    -->

    <pool type='dir'>
      <name>images</name>
      <uuid>dab9c75d-a234-43bc-88be-47f6e0d915c8</uuid>
      <capacity unit='bytes'>0</capacity>
      <allocation unit='bytes'>0</allocation>
      <available unit='bytes'>0</available>
      <source>
      </source>
      <target>
        <path>/srv/pool</path>
      </target>
    </pool>
    """

  /// `/run/libvirt/storage/NAME.xml` of a pool that was started without being defined.
  static let activePool = """
    <poolstate>
      <pool type='dir'>
        <name>transient</name>
        <uuid>73543e21-cba2-4466-9301-12c5520a43d5</uuid>
        <source>
        </source>
        <target>
          <path>/srv/transient</path>
        </target>
      </pool>
    </poolstate>
    """

  /// `/run/libvirt/qemu/NAME.xml` of a paused domain, a block copy ready and a backup running.
  static let status = """
    <domstatus state='paused' reason='user' pid='9489'>
      <monitor path='/var/lib/libvirt/qemu/domain-2-web/monitor.sock' type='unix'/>
      <qemuCaps>
        <flag name='kvm'/>
      </qemuCaps>
      <devices>
        <device alias='virtio-disk0'/>
      </devices>
      <blockjobs active='yes'>
        <blockjob name='copy-vda-libvirt-9-format' type='copy' state='ready' newstate='ready'>
          <disk dst='vda' mirror='yes'/>
        </blockjob>
        <blockjob name='backup-vdb-libvirt-4-format' type='backup' state='running' jobflags='0x0'>
          <disk dst='vdb'/>
          <store type='file' format='qcow2'>
            <source file='/srv/pool/backup.qcow2' index='11'>
              <privateData>
              </privateData>
            </source>
          </store>
        </blockjob>
      </blockjobs>
      <domain type='qemu' id='2'>
        <name>web</name>
        <uuid>40da917b-36b1-4a72-a3d9-ac571fc4fa41</uuid>
        <os>
          <type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type>
          <boot dev='hd'/>
        </os>
        <devices>
          <emulator>/usr/bin/qemu-system-x86_64</emulator>
          <disk type='file' device='disk'>
            <driver name='qemu' type='qcow2'/>
            <source file='/srv/pool/top.qcow2' index='5'>
              <privateData>
                <nodenames>
                  <nodename type='storage' name='libvirt-5-storage'/>
                  <nodename type='format' name='libvirt-5-format'/>
                </nodenames>
              </privateData>
            </source>
            <backingStore type='file' index='6'>
              <format type='qcow2'/>
              <source file='/srv/pool/mid.qcow2'>
                <privateData>
                  <relPath>mid.qcow2</relPath>
                </privateData>
              </source>
              <backingStore type='file' index='7'>
                <format type='raw'/>
                <source file='/srv/pool/base.img'>
                  <privateData>
                    <relPath>base.img</relPath>
                  </privateData>
                </source>
                <backingStore/>
              </backingStore>
            </backingStore>
            <mirror type='file' file='/srv/pool/copy.qcow2' format='qcow2' job='copy' ready='yes'>
              <format type='qcow2'/>
              <source file='/srv/pool/copy.qcow2' index='10'>
                <privateData>
                </privateData>
              </source>
              <backingStore/>
            </mirror>
            <target dev='vda' bus='virtio'/>
            <alias name='virtio-disk0'/>
            <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
          </disk>
          <disk type='volume' device='disk'>
            <driver name='qemu' type='qcow2'/>
            <source pool='images' volume='data.qcow2' index='3'/>
            <backingStore/>
            <target dev='vdc' bus='virtio'/>
          </disk>
          <disk type='file' device='cdrom'>
            <driver name='qemu'/>
            <target dev='sdb' bus='sata'/>
            <readonly/>
          </disk>
        </devices>
      </domain>
    </domstatus>
    """

  /// `/var/lib/libvirt/qemu/snapshot/DOMAIN/NAME.xml`, the second of two external snapshots.
  static let snapshot = """
    <domainsnapshot>
      <name>snap2</name>
      <state>paused</state>
      <parent>
        <name>snap1</name>
      </parent>
      <creationTime>1795484631</creationTime>
      <memory snapshot='external' file='/srv/pool/web.mem'/>
      <disks>
        <disk name='vda' snapshot='external' type='file'>
          <driver type='qcow2'/>
          <source file='/srv/pool/top.snap2'/>
        </disk>
        <disk name='vdb' snapshot='no'/>
      </disks>
      <domain type='qemu'>
        <name>web</name>
        <uuid>40da917b-36b1-4a72-a3d9-ac571fc4fa41</uuid>
        <devices>
          <disk type='file' device='disk'>
            <driver name='qemu' type='qcow2'/>
            <source file='/srv/pool/top.snap1'/>
            <backingStore type='file'>
              <format type='qcow2'/>
              <source file='/srv/pool/top.qcow2'/>
            </backingStore>
            <target dev='vda' bus='virtio'/>
          </disk>
        </devices>
      </domain>
      <inactiveDomain type='qemu'>
        <name>web</name>
        <uuid>40da917b-36b1-4a72-a3d9-ac571fc4fa41</uuid>
        <devices>
          <disk type='file' device='disk'>
            <driver name='qemu' type='qcow2'/>
            <source file='/srv/pool/top.snap1'/>
            <target dev='vda' bus='virtio'/>
          </disk>
          <disk type='file' device='cdrom'>
            <driver name='qemu' type='raw'/>
            <source file='/srv/pool/cd.iso'/>
            <target dev='sda' bus='sata'/>
            <readonly/>
          </disk>
        </devices>
      </inactiveDomain>
      <cookie>
        <slirpHelper/>
      </cookie>
      <active>1</active>
    </domainsnapshot>
    """

  /// `/var/lib/libvirt/qemu/checkpoint/DOMAIN/NAME.xml`.
  static let checkpoint = """
    <domaincheckpoint>
      <name>chk1</name>
      <creationTime>1795484631</creationTime>
      <disks>
        <disk name='vda' checkpoint='bitmap' bitmap='chk1'/>
        <disk name='vdb' checkpoint='no'/>
      </disks>
      <domain type='qemu'>
        <name>web</name>
        <uuid>40da917b-36b1-4a72-a3d9-ac571fc4fa41</uuid>
      </domain>
    </domaincheckpoint>
    """
}
