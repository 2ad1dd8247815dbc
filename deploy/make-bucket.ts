// Makes the bucket of REELAY_S3_BUCKET, and does nothing where there is one. Run once, before the first node.
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { readConfig } from '../server/src/config.ts';

const {
  s3Endpoint,
  s3Region,
  s3Bucket,
  s3AccessKeyId = '',
  s3SecretAccessKey = '',
} = readConfig(process.env);
const client = new S3Client({
  endpoint: s3Endpoint,
  region: s3Region,
  forcePathStyle: s3Endpoint !== undefined,
  credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey },
});
const bucket = { Bucket: s3Bucket };
const isThere = await client.send(new HeadBucketCommand(bucket)).then(
  () => true,
  (error: { $metadata?: { httpStatusCode?: number } }) => {
    if (error.$metadata?.httpStatusCode === 404) return false;
    throw error;
  },
);
if (!isThere) await client.send(new CreateBucketCommand(bucket));
process.stdout.write(`The bucket ${s3Bucket} ${isThere ? 'is there' : 'was made'}.\n`);
